// Long because text, grammar and meaning of expressions are checked in one place.
#include "config/expression.h"

#include <muParser.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <memory>

#include "config/problem.h"
#include "processors/core/check.h"
#include "processors/core/signal.h"
#include "processors/relationship/features.h"
#include "processors/relationship/signals.h"

namespace pairwatch::config {
namespace {

struct Failure {
  ExpressionProblem problem;
};

[[noreturn]] void fail(std::size_t offset, std::string message) { throw Failure{{offset, std::move(message)}}; }

std::string quoted(std::string_view text) { return "`" + std::string(text) + "`"; }

/// A number, feature or signal where it stands.
struct Leaf {
  std::size_t offset = 0;
  std::string_view text;
  Instruction instruction;
  bool is_truth = false;
};

constexpr std::array<std::string_view, 2> kFunctions = {"min", "max"};
constexpr std::array<std::string_view, 6> kTwoCharacterOperators = {"<=", ">=", "==", "!=", "&&", "||"};
constexpr std::string_view kOperators = "+-*/<>!";
constexpr std::string_view kValidOperators = "; valid: + - * / < <= > >= == != && || !";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c); }

/// Whether a pair shows the signal by itself; the others are seen over the whole account.
bool is_of_pair(Signal signal) {
  const auto rows = relationship::signal_rows();
  return std::any_of(rows.begin(), rows.end(), [&](const relationship::SignalRow& row) { return row.signal == signal; });
}

std::vector<std::string_view> known_names() {
  std::vector<std::string_view> names;
  for (const relationship::Feature& feature : relationship::all_features()) names.push_back(feature.name);
  for (const SignalInfo& signal : all_signals()) {
    if (is_of_pair(signal.signal)) names.push_back(signal.name);
  }
  return names;
}

/// Reads names, numbers and operators, one after the other.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::vector<Leaf> scan() {
    for (at_ = 0; at_ < text_.size();) {
      const char c = text_[at_];
      if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
        ++at_;
      } else if (is_digit(c) || c == '.') {
        scan_number();
      } else if (is_name(c)) {
        scan_name();
      } else {
        scan_sign(c);
      }
    }
    if (!open_.empty()) fail(open_.back().offset, "is not closed; add a )");
    return std::move(leaves_);
  }

 private:
  void scan_number() {
    double value = 0;
    const char* const begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc{} || !std::isfinite(value)) fail(at_, "is not a number");
    const auto size = static_cast<std::size_t>(end - begin);
    if (at_ + size < text_.size() && (is_name(text_[at_ + size]) || text_[at_ + size] == '.')) {
      std::size_t whole = size;
      while (at_ + whole < text_.size() && (is_name(text_[at_ + whole]) || text_[at_ + whole] == '.')) ++whole;
      fail(at_, quoted(text_.substr(at_, whole)) + " is not a number; write it without a unit, which the feature's name says");
    }
    leaves_.push_back({at_, text_.substr(at_, size), {Operation::kNumber, 0, value}, false});
    at_ += size;
  }

  void scan_name() {
    std::size_t size = 1;
    while (at_ + size < text_.size() && is_name(text_[at_ + size])) ++size;
    const std::string_view name = text_.substr(at_, size);
    std::size_t next = at_ + size;
    while (next < text_.size() && text_[next] == ' ') ++next;
    const bool is_call = next < text_.size() && text_[next] == '(';
    const bool is_function = std::find(kFunctions.begin(), kFunctions.end(), name) != kFunctions.end();
    if (is_call && !is_function) fail(at_, quoted(name) + " is not a function" + did_you_mean(name, kFunctions));
    if (is_function && !is_call) fail(at_, quoted(name) + " takes two values; write " + std::string(name) + "(a, b)");
    if (is_function) {
      is_function_next_ = true;
    } else {
      leaves_.push_back(leaf_named(name));
    }
    at_ += size;
  }

  Leaf leaf_named(std::string_view name) const {
    if (const auto feature = relationship::feature_named(name)) {
      return {at_, name, {Operation::kFeature, *feature, 0}, relationship::all_features()[*feature].is_truth};
    }
    if (const auto signal = signal_named(name)) {
      if (!is_of_pair(*signal))
        fail(at_, quoted(name) + " is seen over the whole account, not in a pair; leave it out, it adds up by itself");
      return {at_, name, {Operation::kSignal, static_cast<std::uint8_t>(*signal), 0}, false};
    }
    for (const auto& [word, sign] : {std::pair{"and", "&&"}, std::pair{"or", "||"}, std::pair{"not", "!"}}) {
      if (name == word) fail(at_, quoted(name) + " is no operator here; write " + sign);
    }
    const std::string_view meant = nearest(name, known_names());
    fail(at_, quoted(name) + " is neither a feature nor a signal; " +
                  (meant.empty() ? std::string("docs/signals.md lists them") : "did you mean " + quoted(meant) + "?"));
  }

  void scan_sign(char c) {
    const std::string_view two = text_.substr(at_, 2);
    if (std::find(kTwoCharacterOperators.begin(), kTwoCharacterOperators.end(), two) != kTwoCharacterOperators.end()) {
      at_ += 2;
      return;
    }
    if (c == '=') fail(at_, "`=` is no operator here; write == to compare");
    if (c == '&' || c == '|') fail(at_, quoted({&c, 1}) + " is no operator here; write it twice");
    if (c == '(') {
      open_.push_back({at_, is_function_next_});
      is_function_next_ = false;
    } else if (c == ')') {
      if (open_.empty()) fail(at_, "`)` closes nothing; remove it, or add a (");
      open_.pop_back();
    } else if (c == ',') {
      if (open_.empty() || !open_.back().is_function)
        fail(at_, "`,` stands outside min( ) and max( ); write && or || between conditions");
    } else if (kOperators.find(c) == std::string_view::npos) {
      const bool is_ascii = static_cast<unsigned char>(c) < 0x80;
      fail(at_,
           (is_ascii ? quoted({&c, 1}) : std::string("this character")) + " is no operator here" + std::string(kValidOperators));
    }
    ++at_;
  }

  struct Open {
    std::size_t offset;
    bool is_function;
  };

  std::string_view text_;
  std::size_t at_ = 0;
  bool is_function_next_ = false;
  std::vector<Open> open_;
  std::vector<Leaf> leaves_;
};

// What muParser needs to parse; it evaluates once, and what comes of that is not used.
double minimum(double a, double b) { return std::min(a, b); }
double maximum(double a, double b) { return std::max(a, b); }
double negated(double a) { return -a; }
double inverted(double a) { return a == 0 ? 1 : 0; }

/// Numbers as scan_number() reads them: in no locale.
int read_number(const char* text, int* position, double* value) {
  if (!is_digit(*text) && *text != '.') return 0;
  const auto [end, error] = std::from_chars(text, text + std::char_traits<char>::length(text), *value);
  *position += static_cast<int>(end - text);
  return error == std::errc{} ? 1 : 0;
}

class Grammar final : public mu::ParserBase {
 public:
  Grammar() {
    Grammar::InitCharSets();
    Grammar::InitFun();
    Grammar::InitOprt();
    AddValIdent(read_number);
    EnableOptimizer(false);  // values stay in the order in which they stand
  }

  void InitCharSets() override {
    DefineNameChars("0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    DefineOprtChars("+-*/<>=!&|");
    DefineInfixOprtChars("-!");
  }
  void InitFun() override {
    DefineFun("min", minimum);
    DefineFun("max", maximum);
  }
  void InitConst() override {}
  void InitOprt() override {
    DefineInfixOprt("-", negated);
    DefineInfixOprt("!", inverted);
  }
};

[[noreturn]] void fail_by(const mu::ParserError& error, std::size_t size) {
  const auto offset = std::min(static_cast<std::size_t>(std::max(error.GetPos(), 0)), size);
  const std::string token = quoted(error.GetToken());
  switch (static_cast<int>(error.GetCode())) {
    case mu::ecUNEXPECTED_OPERATOR: fail(offset, token + " stands where a value is due; put one before it");
    case mu::ecUNEXPECTED_EOF: fail(size, "ends where a value is due; add one, or remove the last operator");
    case mu::ecUNEXPECTED_VAL:
    case mu::ecUNEXPECTED_VAR:
    case mu::ecUNEXPECTED_FUN: fail(offset, token + " follows another value; put an operator between the two");
    case mu::ecUNEXPECTED_PARENS: fail(offset, token + " stands where it cannot; put an operator or a value before it");
    case mu::ecTOO_MANY_PARAMS: fail(offset, token + " takes two values, here are more; put one into another: min(a, min(b, c))");
    case mu::ecTOO_FEW_PARAMS: fail(offset, token + " takes two values, here are fewer; write " + error.GetToken() + "(a, b)");
    case mu::ecEMPTY_EXPRESSION: fail(0, "is empty; write a condition, for instance gift_count >= 1");
    default: fail(offset, "cannot be read: " + error.GetMsg());
  }
}

/// An operation with what it works on.
struct Branch {
  Instruction instruction;
  std::size_t offset = 0;  ///< of its first character
  std::string_view text;   ///< of a leaf
  bool is_truth = false;
  std::unique_ptr<Branch> left, right;
};

using BranchPointer = std::unique_ptr<Branch>;

void need_number(const Branch& branch) {
  if (!branch.is_truth) return;
  const std::string what = branch.text.empty() ? std::string("what begins here") : quoted(branch.text);
  fail(branch.offset, what + " is true or false, not a number; join it with && or ||, or put what belongs together in parentheses");
}
void need_truth(const Branch& branch) {
  if (branch.is_truth) return;
  const std::string what = branch.text.empty() ? std::string("what begins here") : quoted(branch.text);
  fail(branch.offset, what + " is a number, not true or false; compare it, for instance " +
                          (branch.text.empty() ? "with > 0" : std::string(branch.text) + " > 0"));
}

Operation operation_of(mu::ECmdCode code) {
  switch (static_cast<int>(code)) {
    case mu::cmLE: return Operation::kLessOrEqual;
    case mu::cmGE: return Operation::kGreaterOrEqual;
    case mu::cmNEQ: return Operation::kNotEqual;
    case mu::cmEQ: return Operation::kEqual;
    case mu::cmLT: return Operation::kLess;
    case mu::cmGT: return Operation::kGreater;
    case mu::cmADD: return Operation::kAdd;
    case mu::cmSUB: return Operation::kSubtract;
    case mu::cmMUL: return Operation::kMultiply;
    case mu::cmDIV: return Operation::kDivide;
    case mu::cmLAND: return Operation::kAnd;
    case mu::cmLOR: return Operation::kOr;
    default: break;
  }
  check(false, "the scanner lets only known operators through");
  return Operation::kNumber;
}

/// Whether an operation of muParser's code is one of the functions above.
template <typename Function>
bool calls(const mu::SToken& token, Function* function) {
  return token.Fun.cb == mu::generic_callable_type{reinterpret_cast<mu::erased_fun_type>(function), nullptr};
}

/// Builds the tree from muParser's code, which is in reverse Polish order: values come in the order in which they stand.
class TreeMaker {
 public:
  explicit TreeMaker(const std::vector<Leaf>& leaves) : leaves_(leaves) {}

  BranchPointer make(const mu::ParserByteCode& code) {
    for (const mu::SToken* token = code.GetBase(); token->Cmd != mu::cmEND; ++token) {
      if (token->Cmd == mu::cmVAL || token->Cmd == mu::cmVAR) {
        push_leaf();
      } else if (token->Cmd == mu::cmFUNC && token->Fun.argc == 1) {
        push_unary(calls(*token, inverted) ? Operation::kNot : Operation::kNegate);
      } else if (token->Cmd == mu::cmFUNC) {
        push_binary(calls(*token, minimum) ? Operation::kMin : Operation::kMax);
      } else {
        push_binary(operation_of(token->Cmd));
      }
    }
    check(stack_.size() == 1 && next_ == leaves_.size(), "muParser's code leaves one value and uses every name");
    return std::move(stack_.back());
  }

 private:
  BranchPointer pop() {
    check(!stack_.empty(), "muParser's code has a value for each operation");
    BranchPointer last = std::move(stack_.back());
    stack_.pop_back();
    return last;
  }

  void push_leaf() {
    check(next_ < leaves_.size(), "muParser's code has the values that were scanned");
    const Leaf& leaf = leaves_[next_++];
    auto branch = std::make_unique<Branch>();
    branch->instruction = leaf.instruction;
    branch->offset = leaf.offset;
    branch->text = leaf.text;
    branch->is_truth = leaf.is_truth;
    stack_.push_back(std::move(branch));
  }

  void push_unary(Operation operation) {
    auto branch = std::make_unique<Branch>();
    branch->left = pop();
    branch->is_truth = operation == Operation::kNot;
    branch->is_truth ? need_truth(*branch->left) : need_number(*branch->left);
    branch->instruction.operation = operation;
    branch->offset = branch->left->offset;
    stack_.push_back(std::move(branch));
  }

  void push_binary(Operation operation) {
    auto branch = std::make_unique<Branch>();
    branch->right = pop();
    branch->left = pop();
    const bool joins = operation == Operation::kAnd || operation == Operation::kOr;
    for (const Branch* side : {branch->left.get(), branch->right.get()}) joins ? need_truth(*side) : need_number(*side);
    branch->is_truth = operation >= Operation::kLess;
    branch->instruction.operation = operation;
    branch->offset = branch->left->offset;
    stack_.push_back(std::move(branch));
  }

  const std::vector<Leaf>& leaves_;
  std::size_t next_ = 0;
  std::vector<BranchPointer> stack_;
};

/// Writes a tree as instructions. Returns how many values it needs on the stack at once.
std::size_t write(const Branch& branch, std::vector<Instruction>& out) {
  std::size_t depth = 1;
  if (branch.left) depth = write(*branch.left, out);
  if (branch.right) depth = std::max(depth, 1 + write(*branch.right, out));
  out.push_back(branch.instruction);
  return depth;
}

/// Conditions joined by && at the top are evaluated one by one, as far as the first that does not hold: the result is the same.
std::size_t write_conditions(const Branch& branch, std::vector<Instruction>& out) {
  if (branch.instruction.operation == Operation::kAnd) {
    const std::size_t left = write_conditions(*branch.left, out);  // first: in the order in which they stand
    return std::max(left, write_conditions(*branch.right, out));
  }
  const std::size_t depth = write(branch, out);
  out.push_back({Operation::kRequire, 0, 0});
  return depth;
}

std::vector<Instruction> compile(std::string_view text) {
  if (text.size() > kExpressionBytes) fail(kExpressionBytes, "is longer than 1,024 characters; split it into several combinations");
  const std::vector<Leaf> leaves = Scanner(text).scan();
  Grammar grammar;
  double unused = 0;
  for (const Leaf& leaf : leaves) {
    if (leaf.instruction.operation != Operation::kNumber) grammar.DefineVar(std::string(leaf.text), &unused);
  }
  BranchPointer tree;
  try {
    grammar.SetExpr(std::string(text));
    grammar.Eval();
    tree = TreeMaker(leaves).make(grammar.GetByteCode());
  } catch (const mu::ParserError& error) {
    fail_by(error, text.size());
  }
  need_truth(*tree);
  const bool names_something =
      std::any_of(leaves.begin(), leaves.end(), [](const Leaf& leaf) { return leaf.instruction.operation != Operation::kNumber; });
  if (!names_something) fail(0, "names no feature and no signal, so it would hold always or never; name one");
  std::vector<Instruction> program;
  const std::size_t depth = write_conditions(*tree, program);
  if (program.size() > kInstructionLimit || depth > kStackLimit) {
    fail(0, "has too many operations (more than 96, or more than 32 values at once); split it into several combinations");
  }
  return program;
}

}  // namespace

ExpressionResult compile_expression(std::string_view text) {
  try {
    return {compile(text), std::nullopt};
  } catch (const Failure& failure) {
    return {{}, failure.problem};
  }
}

}  // namespace pairwatch::config
