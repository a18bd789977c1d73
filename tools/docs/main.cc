// `signals_page > docs/signals.md`
#include <iostream>

#include "tools/docs/signals_page.h"

int main() { std::cout << pairwatch::docs::signals_page(); }
