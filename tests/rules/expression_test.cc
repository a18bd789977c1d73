// Expressions: what they mean, and what is said of those that mean nothing.
#include "config/expression.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <string>

#include "processors/core/signal.h"
#include "processors/relationship/features.h"

namespace pairwatch::config {
namespace {

/// Features and signals by name; 0 unless said otherwise.
struct Values {
  std::map<std::string, double> by_name;

  double feature(std::uint8_t place) { return of(std::string(relationship::all_features()[place].name)); }
  double signal(std::uint8_t number) { return of(std::string(info(static_cast<Signal>(number)).name)); }
  double of(const std::string& name) const {
    const auto found = by_name.find(name);
    return found == by_name.end() ? 0 : found->second;
  }
};

bool holds_with(const std::string& text, Values values) {
  const ExpressionResult result = compile_expression(text);
  EXPECT_FALSE(result.problem) << text << ": " << (result.problem ? result.problem->message : "");
  return holds(result.program, values);
}

const Values kPair{
    {{"gift_count", 2}, {"message_count", 10}, {"mutual_contacts", kUnknownValue}, {"account_started", 1}, {"threat", 0.5}}};

TEST(Expression, ComparesAndJoinsFeaturesAndSignals) {
  for (const char* text :
       {"gift_count >= 2", "gift_count == 2 && threat > 0.4", "gift_count != 3", "gift_count > 9 || threat < 1", "account_started",
        "!(gift_count > 9)", "account_started && (gift_count > 9 || message_count <= 10)", "threat >= 5e-1", "gift_count > .5"}) {
    EXPECT_TRUE(holds_with(text, kPair)) << text;
  }
  for (const char* text : {"gift_count > 2", "!account_started", "gift_count < 2 || threat > 0.5", "gift > 0"}) {
    EXPECT_FALSE(holds_with(text, kPair)) << text;
  }
}

TEST(Expression, CalculatesWithTheUsualPrecedence) {
  for (const char* text :
       {"message_count - gift_count * 2 == 6", "(message_count - gift_count) * 2 == 16", "message_count / gift_count == 5",
        "min(message_count, 3) + max(gift_count, 1) == 5", "-gift_count < 0", "message_count - -gift_count == 12",
        "message_count - 3 - 2 == 5", "gift_count < 1 || gift_count > 1 && message_count > 1"}) {
    EXPECT_TRUE(holds_with(text, kPair)) << text;
  }
}

TEST(Expression, DoesNotHoldWhereWhatItNamesIsUnknown) {
  for (const char* text : {"mutual_contacts == 0", "mutual_contacts != 0", "mutual_contacts >= 0", "!(mutual_contacts == 0)",
                           "mutual_contacts * 0 == 0", "max(mutual_contacts, 1) > 0", "mutual_contacts == mutual_contacts"}) {
    EXPECT_FALSE(holds_with(text, kPair)) << text;
  }
}

TEST(Expression, HoldsWhereTheUnknownMakesNoDifference) {
  EXPECT_TRUE(holds_with("mutual_contacts == 0 || gift_count == 2", kPair));
  EXPECT_TRUE(holds_with("gift_count == 2 || mutual_contacts == 0", kPair));
  EXPECT_TRUE(holds_with("!(mutual_contacts == 0 && gift_count == 9)", kPair));
  EXPECT_FALSE(holds_with("mutual_contacts == 0 && gift_count == 2", kPair));
}

TEST(Expression, DoesNotHoldWhereThereIsNoFiniteResult) {
  for (const char* text : {"message_count / gifts_received_count > 1", "message_count / gifts_received_count < 1",
                           "gifts_received_count / gifts_received_count == 0", "!(message_count / gifts_received_count > 1)",
                           "gift_count * 1e308 * 1e308 > 0", "-1e308 * gift_count * 10 < 0", "gift_count / 0 > -1"}) {
    EXPECT_FALSE(holds_with(text, kPair)) << text;
  }
}

TEST(Expression, IsEvaluatedInOrderAsFarAsTheFirstConditionThatDoesNotHold) {
  const ExpressionResult result = compile_expression("gift_count > 5 && (threat > 0 || gift > 0) && account_started");
  ASSERT_FALSE(result.problem);
  struct Counting : Values {
    int signals = 0;
    double signal(std::uint8_t) { return ++signals; }
  };
  Counting few{{{{"gift_count", 2}, {"account_started", 1}}}}, many{{{{"gift_count", 6}, {"account_started", 1}}}};
  EXPECT_FALSE(holds(result.program, few));
  EXPECT_EQ(few.signals, 0);
  EXPECT_TRUE(holds(result.program, many));
  EXPECT_EQ(many.signals, 2);
}

struct Mistake {
  const char* text;
  std::size_t offset;
  const char* message;
};

TEST(Expression, SaysWhatIsWrongWhereItStandsAndWhatWasMeant) {
  const Mistake mistakes[] = {
      {"gift_cout >= 1", 0, "`gift_cout` is neither a feature nor a signal; did you mean `gift_count`?"},
      {"threat > 0 && xyzzy > 1", 14, "`xyzzy` is neither a feature nor a signal; docs/signals.md lists them"},
      {"threat > 0 && scattergun > 0", 14,
       "`scattergun` is seen over the whole account, not in a pair; leave it out, it adds up by itself"},
      {"threat > 0 and gift > 0", 11, "`and` is no operator here; write &&"},
      {"threat = 0", 7, "`=` is no operator here; write == to compare"},
      {"threat > 0 & gift > 0", 11, "`&` is no operator here; write it twice"},
      {"threat ^ 2 > 0", 7, "`^` is no operator here; valid: + - * / < <= > >= == != && || !"},
      {"threat > 0 ? 1 : 0", 11, "`?` is no operator here; valid: + - * / < <= > >= == != && || !"},
      {"threat > 0 && \xc3\xa9 > 0", 14, "this character is no operator here; valid: + - * / < <= > >= == != && || !"},
      {"sqrt(threat) > 0", 0, "`sqrt` is not a function; valid: min, max"},
      {"mix(threat, 1) > 0", 0, "`mix` is not a function; did you mean `min`?"},
      {"min > 0", 0, "`min` takes two values; write min(a, b)"},
      {"min(threat) > 0", 10, "`min` takes two values, here are fewer; write min(a, b)"},
      {"max(threat, 1, 2) > 0", 16, "`max` takes two values, here are more; put one into another: min(a, min(b, c))"},
      {"threat > 0, gift > 0", 10, "`,` stands outside min( ) and max( ); write && or || between conditions"},
      {"(threat > 0", 0, "is not closed; add a )"},
      {"threat > 0)", 10, "`)` closes nothing; remove it, or add a ("},
      {"threat >", 8, "ends where a value is due; add one, or remove the last operator"},
      {"threat > 0 && || gift > 0", 14, "`||` stands where a value is due; put one before it"},
      {"threat > 0 gift > 0", 11, "`gift` follows another value; put an operator between the two"},
      {"threat > 30m", 9, "`30m` is not a number; write it without a unit, which the feature's name says"},
      {"threat > 1.2.3", 9, "`1.2.3` is not a number; write it without a unit, which the feature's name says"},
      {"threat > 1e999", 9, "is not a number"},
      {"threat", 0, "`threat` is a number, not true or false; compare it, for instance threat > 0"},
      {"threat > 0 && gift", 14, "`gift` is a number, not true or false; compare it, for instance gift > 0"},
      {"!threat", 1, "`threat` is a number, not true or false; compare it, for instance threat > 0"},
      {"account_started > 0", 0,
       "`account_started` is true or false, not a number; join it with && or ||, or put what belongs together in parentheses"},
      {"0 < threat < 1", 0,
       "what begins here is true or false, not a number; join it with && or ||, or put what belongs together in parentheses"},
      {"1 < 2", 0, "names no feature and no signal, so it would hold always or never; name one"},
      {"", 0, "is empty; write a condition, for instance gift_count >= 1"},
      {"  ", 0, "is empty; write a condition, for instance gift_count >= 1"},
  };
  for (const Mistake& mistake : mistakes) {
    const ExpressionResult result = compile_expression(mistake.text);
    EXPECT_TRUE(result.program.empty()) << mistake.text;
    ASSERT_TRUE(result.problem) << mistake.text;
    EXPECT_EQ(result.problem->message, mistake.message) << mistake.text;
    EXPECT_EQ(result.problem->offset, mistake.offset) << mistake.text;
  }
}

TEST(Expression, IsBoundedInLengthOperationsAndDepth) {
  const auto repeated = [](const std::string& part, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += part;
    return text;
  };
  EXPECT_TRUE(compile_expression("gift > 0" + std::string(kExpressionBytes, ' ')).problem);
  EXPECT_TRUE(compile_expression("gift > 0" + repeated("+1", 60)).problem) << "operations";
  EXPECT_TRUE(compile_expression("gift > " + repeated("1+(", 40) + "1" + repeated(")", 40)).problem) << "depth";
  EXPECT_FALSE(compile_expression("gift > " + repeated("1+(", 20) + "1" + repeated(")", 20)).problem);
  EXPECT_TRUE(compile_expression(repeated("(", 500) + "gift > 0").problem);
}

/// A random tree, as text and as what it means.
struct Tree {
  std::string text;
  double value;
};

class Grower {
 public:
  Grower(std::uint64_t seed, const Values& values) : random_(seed), values_(values) {}

  Tree truth(int depth) {
    if (depth == 0) return comparison(0);
    switch (random_() % 4) {
      case 0: return negated(truth(depth - 1));
      case 1: return joined(truth(depth - 1), "&&", Operation::kAnd, truth(depth - 1));
      case 2: return joined(truth(depth - 1), "||", Operation::kOr, truth(depth - 1));
      default: return comparison(depth - 1);
    }
  }

 private:
  Tree negated(const Tree& tree) { return {"!(" + tree.text + ")", 1 - tree.value}; }
  static Tree joined(const Tree& a, const std::string& sign, Operation operation, const Tree& b) {
    return {"(" + a.text + " " + sign + " " + b.text + ")", result_of(operation, a.value, b.value)};
  }
  Tree comparison(int depth) {
    static const std::pair<const char*, Operation> kSigns[] = {{"<", Operation::kLess},    {"<=", Operation::kLessOrEqual},
                                                               {">", Operation::kGreater}, {">=", Operation::kGreaterOrEqual},
                                                               {"==", Operation::kEqual},  {"!=", Operation::kNotEqual}};
    const auto& [sign, operation] = kSigns[random_() % 6];
    return joined(number(depth), sign, operation, number(depth));
  }
  Tree number(int depth) {
    static const std::pair<const char*, Operation> kSigns[] = {
        {"+", Operation::kAdd}, {"-", Operation::kSubtract}, {"*", Operation::kMultiply}, {"/", Operation::kDivide}};
    const auto kind = depth == 0 ? random_() % 2 : random_() % 6;
    if (kind == 0) {
      const auto value = static_cast<int>(random_() % 4);
      return {std::to_string(value), static_cast<double>(value)};
    }
    if (kind == 1) {
      static const char* const kNames[] = {"gift_count", "message_count", "mutual_contacts", "threat", "call_count"};
      const std::string name = kNames[random_() % 5];
      return {name, values_.of(name)};
    }
    if (kind == 2) {
      const Tree inner = number(depth - 1);
      return {"(-" + inner.text + ")", -inner.value};
    }
    if (kind == 3) {
      const Tree a = number(depth - 1), b = number(depth - 1);
      const bool is_min = random_() % 2 == 0;
      return {(is_min ? "min(" : "max(") + a.text + ", " + b.text + ")",
              result_of(is_min ? Operation::kMin : Operation::kMax, a.value, b.value)};
    }
    const auto& [sign, operation] = kSigns[random_() % 4];
    return joined(number(depth - 1), sign, operation, number(depth - 1));
  }

  std::mt19937_64 random_;
  const Values& values_;
};

TEST(ExpressionProperty, MeansWhatItsTreeMeans) {
  int held = 0, compiled = 0;
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    const Tree tree = Grower(seed, kPair).truth(3);
    const ExpressionResult result = compile_expression(tree.text);
    if (result.problem) continue;  // of constants alone, or too long
    ++compiled;
    Values values = kPair;
    ASSERT_EQ(holds(result.program, values), tree.value == 1) << "seed " << seed << ": " << tree.text;
    held += tree.value == 1 ? 1 : 0;
  }
  EXPECT_GT(compiled, 2000);
  EXPECT_GT(held, 400);
}

}  // namespace
}  // namespace pairwatch::config
