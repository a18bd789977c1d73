// Expressions of the rule set, as they are evaluated: a short list of instructions for a stack of numbers. config/expression.h
// makes them from text.
//
// Truth is 1 or 0. What is not known, and what has no finite result (a division by zero, an overflow), is unknown: a NaN. Unknown
// stays unknown through arithmetic and comparisons; `unknown && false` is false and `unknown || true` is true (Kleene's logic).
// What is unknown in the end does not hold. Only + - * / and comparisons of doubles: the same on every processor.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace pairwatch {

inline constexpr double kUnknownValue = std::numeric_limits<double>::quiet_NaN();
inline constexpr std::size_t kInstructionLimit = 96;  ///< of one expression
inline constexpr std::size_t kStackLimit = 32;        ///< values at once

enum class Operation : std::uint8_t {
  kNumber,   ///< puts Instruction::number
  kFeature,  ///< puts what the reader says of the feature `operand`
  kSignal,   ///< puts what the reader says of the signal numbered `operand`
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kMin,
  kMax,
  kNegate,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kEqual,
  kNotEqual,
  kAnd,
  kOr,
  kNot,
  kRequire,  ///< takes a truth; where it is not 1 the whole does not hold, and nothing further is evaluated
};

struct Instruction {
  Operation operation = Operation::kNumber;
  std::uint8_t operand = 0;
  double number = 0;

  friend bool operator==(const Instruction&, const Instruction&) = default;
};

constexpr bool is_unknown(double value) { return value != value; }

/// The result of an operation on two values, by the rules above.
constexpr double result_of(Operation operation, double a, double b) {
  if (operation == Operation::kAnd) return a == 0 || b == 0 ? 0 : a * b;                 // 1 x 1, or unknown
  if (operation == Operation::kOr) return a == 1 || b == 1 ? 1 : is_unknown(a) ? a : b;  // 0, or unknown
  if (is_unknown(a) || is_unknown(b)) return kUnknownValue;
  const auto finite = [](double value) { return value - value == 0 ? value : kUnknownValue; };
  switch (operation) {
    case Operation::kAdd: return finite(a + b);
    case Operation::kSubtract: return finite(a - b);
    case Operation::kMultiply: return finite(a * b);
    case Operation::kDivide: return b == 0 ? kUnknownValue : finite(a / b);
    case Operation::kMin: return b < a ? b : a;
    case Operation::kMax: return b > a ? b : a;
    case Operation::kLess: return a < b ? 1 : 0;
    case Operation::kLessOrEqual: return a <= b ? 1 : 0;
    case Operation::kGreater: return a > b ? 1 : 0;
    case Operation::kGreaterOrEqual: return a >= b ? 1 : 0;
    case Operation::kEqual: return a == b ? 1 : 0;
    case Operation::kNotEqual: return a != b ? 1 : 0;
    case Operation::kNumber:
    case Operation::kFeature:
    case Operation::kSignal:
    case Operation::kNegate:
    case Operation::kAnd:
    case Operation::kOr:
    case Operation::kNot:
    case Operation::kRequire: break;
  }
  return kUnknownValue;
}

/// Whether an expression holds. `read` answers `double feature(std::uint8_t)` and `double signal(std::uint8_t)`; a program comes
/// from the compiler, which has checked its length, its depth and that every operation finds its values. Cost: 1 to 2 ns an
/// instruction.
template <typename Reader>
bool holds(std::span<const Instruction> program, Reader&& read) {
  std::array<double, kStackLimit> stack;
  std::size_t depth = 0;
  for (const Instruction& step : program) {
    switch (step.operation) {
      case Operation::kNumber: stack[depth++] = step.number; break;
      case Operation::kFeature: stack[depth++] = read.feature(step.operand); break;
      case Operation::kSignal: stack[depth++] = read.signal(step.operand); break;
      case Operation::kNegate: stack[depth - 1] = -stack[depth - 1]; break;
      case Operation::kNot: stack[depth - 1] = 1 - stack[depth - 1]; break;
      case Operation::kRequire:
        if (stack[--depth] != 1) return false;
        break;
      case Operation::kAdd:
      case Operation::kSubtract:
      case Operation::kMultiply:
      case Operation::kDivide:
      case Operation::kMin:
      case Operation::kMax:
      case Operation::kLess:
      case Operation::kLessOrEqual:
      case Operation::kGreater:
      case Operation::kGreaterOrEqual:
      case Operation::kEqual:
      case Operation::kNotEqual:
      case Operation::kAnd:
      case Operation::kOr:
        --depth;
        stack[depth - 1] = result_of(step.operation, stack[depth - 1], stack[depth]);
        break;
    }
  }
  return true;
}

}  // namespace pairwatch
