// Opening the folder of a database: whose it is, whether it can be used, and what becomes of one that cannot.
#include "topology/store/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/store/store_worlds.h"

namespace pairwatch::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() : config_(small_disk(folder_.path())) {}

  std::string in_database(const std::string& name) const { return folder_.path() + "/database/" + name; }

  /// A database of one entry for each of `count` keys, closed in order.
  void make_database(std::uint64_t count = 2'000) const {
    const auto database = open_database(config_);
    DiskStore store(*database, "relationship", 0);
    for (std::uint64_t i = 0; i < count; ++i) store.put(key(i), "value " + std::to_string(i) + std::string(100, '.'));
    store.commit({.input_offset = 1});
  }

  std::vector<fs::path> files(const std::string& part_of_name) const {
    std::vector<fs::path> found;
    for (const auto& file : fs::directory_iterator(folder_.path() + "/database")) {
      if (file.path().filename().string().find(part_of_name) != std::string::npos) found.push_back(file.path());
    }
    return found;
  }

  static std::string read(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
  static void write(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }
  static void damage(const fs::path& path, std::size_t from, std::size_t to) {
    std::string bytes = read(path);
    for (std::size_t i = from; i < std::min(to, bytes.size()); ++i) bytes[i] = static_cast<char>(bytes[i] ^ 0x55);
    write(path, bytes);
  }

  /// Opens; what was there is set aside, `why`, and a fresh database works.
  void expect_set_aside(const std::string& why, const DiskConfig& config) const {
    Database::Opened opened = Database::open(config);
    ASSERT_EQ(opened.error, "");
    ASSERT_THAT(opened.notices,
                ElementsAre(testing::AllOf(HasSubstr("database.set-aside-1"), HasSubstr(why), HasSubstr("restored"))));
    EXPECT_TRUE(fs::exists(folder_.path() + "/database.set-aside-1"));
    DiskStore store(*opened.database, "relationship", 0);
    EXPECT_EQ(contents(store), Model{});
    EXPECT_EQ(store.progress(), StoreProgress{});
    store.put(key(1), "works");
    store.commit({});
    EXPECT_EQ(store.failure(), "");
  }
  void expect_set_aside(const std::string& why) const { expect_set_aside(why, config_); }

  void expect_refused(const std::string& why) const {
    const Database::Opened opened = Database::open(config_);
    EXPECT_FALSE(opened.database);
    EXPECT_THAT(opened.error, HasSubstr(why));
  }

  TemporaryFolder folder_;
  DiskConfig config_;
};

TEST_F(DatabaseTest, MakesTheFolderWhereItIsMissing) {
  config_.path = folder_.path() + "/some/where";
  open_database(config_);
  EXPECT_TRUE(fs::exists(config_.path + "/database/pairwatch-store"));
}

TEST_F(DatabaseTest, UsesAnEmptyFolder) {
  fs::create_directory(folder_.path() + "/database");
  EXPECT_TRUE(open_database(config_));
}

TEST_F(DatabaseTest, OpensAgainWithoutANotice) {
  make_database();
  EXPECT_TRUE(open_database(config_));
}

TEST_F(DatabaseTest, SetsTheStateOfAnotherApplicationAside) {
  make_database();
  config_.application = "another";
  expect_set_aside("another application");
}

TEST_F(DatabaseTest, SetsTheStateOfOtherTopicsAside) {
  make_database();
  config_.topics = "relationship: pairwatch.interactions, id 18";
  expect_set_aside("other topics");
}

TEST_F(DatabaseTest, KeepsWhatItSetsAside) {
  make_database();
  DiskConfig other = config_;
  other.application = "another";
  expect_set_aside("another application", other);

  fs::create_directory(folder_.path() + "/looked-at");
  fs::rename(folder_.path() + "/database.set-aside-1", folder_.path() + "/looked-at/database");
  config_.path = folder_.path() + "/looked-at";
  const auto database = open_database(config_);
  EXPECT_EQ(contents(DiskStore(*database, "relationship", 0)).size(), 2'000u);
}

TEST_F(DatabaseTest, SetsAFolderAsideThatDoesNotSayWhoseItIs) {
  make_database();
  fs::remove(in_database("pairwatch-store"));
  expect_set_aside("does not say whose");
}

TEST_F(DatabaseTest, SetsAFolderAsideWhoseWordsCannotBeRead) {
  for (const char* const words : {"", "pairwatch", "pairwatch state, format x\n", "pairwatch state, format 0\n"}) {
    SCOPED_TRACE(words);
    make_database(10);
    write(in_database("pairwatch-store"), words);
    expect_set_aside("cannot be read");
    fs::remove_all(folder_.path() + "/database");
    fs::remove_all(folder_.path() + "/database.set-aside-1");
  }
}

TEST_F(DatabaseTest, SetsADatabaseAsideWhoseListOfFilesIsDamaged) {
  make_database();
  for (const fs::path& manifest : files("MANIFEST")) damage(manifest, 0, 1'000'000);
  expect_set_aside("damaged");
}

TEST_F(DatabaseTest, SetsADatabaseAsideOfWhichAFileIsGone) {
  make_database();
  ASSERT_FALSE(files(".sst").empty());
  fs::remove(files(".sst").front());
  expect_set_aside("damaged");
}

TEST_F(DatabaseTest, SetsADatabaseAsideOfWhichAFileWasCutShort) {
  make_database();
  fs::resize_file(files(".sst").front(), fs::file_size(files(".sst").front()) / 2);
  expect_set_aside("damaged");
}

TEST_F(DatabaseTest, SetsADatabaseAsideThatIsIncomplete) {
  make_database();
  fs::remove(in_database("CURRENT"));
  expect_set_aside("incomplete");
}

TEST_F(DatabaseTest, SetsADatabaseAsideInWhichDamageWasReadBefore) {
  make_database();
  damage(files(".sst").front(), 0, fs::file_size(files(".sst").front()) / 2);
  {
    const auto database = open_database(config_);
    DiskStore store(*database, "relationship", 0);
    for (std::uint64_t i = 0; i < 2'000; ++i) store.get(key(i));
    EXPECT_THAT(store.failure(), HasSubstr("start again"));
    EXPECT_EQ(database->failure(), store.failure());
    store.put(key(1), "built on what was not read");
    store.commit({.input_offset = 100});
    EXPECT_NE(store.progress().input_offset, 100);
  }
  expect_set_aside("damaged");
}

TEST_F(DatabaseTest, RefusesWhatANewerReleaseWroteAndLeavesItAlone) {
  make_database();
  const std::string words = read(in_database("pairwatch-store"));
  const std::string format = "format " + std::to_string(Database::kFormat);
  std::string newer = words;
  newer.replace(newer.find(format), format.size(), "format 99");
  write(in_database("pairwatch-store"), newer);
  expect_refused("newer release (format 99");

  write(in_database("pairwatch-store"), words);
  const auto database = open_database(config_);
  EXPECT_EQ(contents(DiskStore(*database, "relationship", 0)).size(), 2'000u);
}

TEST_F(DatabaseTest, TellsTheSecondWhoOpensTheFolder) {
  const auto first = open_database(config_);
  expect_refused("another process");
}

TEST_F(DatabaseTest, TellsAnotherProcessThatOpensTheFolder) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto first = folder_.is_childs() ? nullptr : open_database(config_);
  EXPECT_EXIT(
      {
        const Database::Opened second = Database::open(config_);
        std::fprintf(stderr, "%s\n", second.error.c_str());
        std::_Exit(second.database ? 1 : 0);
      },
      testing::ExitedWithCode(0), "another process");
}

TEST_F(DatabaseTest, OpensOnceTheOtherHasEnded) {
  open_database(config_).reset();
  EXPECT_TRUE(open_database(config_));
}

TEST_F(DatabaseTest, StopsSettingAsideBeforeTheDiskIsFullOfIt) {
  for (int n = 1; n <= config_.most_set_aside; ++n) {
    fs::create_directory(folder_.path() + "/database.set-aside-" + std::to_string(n));
  }
  make_database();
  config_.application = "another";
  expect_refused("delete");
}

TEST_F(DatabaseTest, SaysThatAFolderCannotBeMade) {
  write(folder_.path() + "/file", "");
  config_.path = folder_.path() + "/file/state";
  expect_refused("cannot make");
}

}  // namespace
}  // namespace pairwatch::test
