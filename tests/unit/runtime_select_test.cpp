#include "oauth_callback/runtime_select.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "oauth_callback/errors.hpp"

namespace oauth_callback {
namespace {

using testing::HasSubstr;

class NoTransport : public Transport {
 public:
  void listen(ListenRequest, Handler) override {}
  void stop() noexcept override {}
};

std::unique_ptr<Transport> create_no_transport() { return std::make_unique<NoTransport>(); }

Backend own(std::string_view name) {
  return {name, "a backend of the test's own", create_no_transport};
}

class Registry : public testing::Test {
 protected:
  void SetUp() override {
    if (const char* value = std::getenv(variable)) saved_ = value;
    unsetenv(variable);
  }
  void TearDown() override {
    saved_.empty() ? unsetenv(variable) : setenv(variable, saved_.c_str(), 1);
  }

  static constexpr const char* variable = "OAUTH_CALLBACK_BACKEND";
  std::string saved_;
};

void expect_error(const BackendRegistry& registry, const std::string& name, errc code,
                  const std::string& text) {
  try {
    registry.choose({.backend = name});
    ADD_FAILURE() << "chosen: " << name;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    EXPECT_THAT(error.what(), HasSubstr(text));
  }
}

TEST_F(Registry, HoldsWhatTheBuildWasMadeWith) {
  const auto registry = BackendRegistry::built_in();
  ASSERT_FALSE(registry.backends().empty());
  for (const Backend& backend : registry.backends()) {
    const std::string name(backend.name);
    EXPECT_FALSE(backend.description.empty());
    EXPECT_EQ(registry.choose({.backend = name}).backend.name, name);
    EXPECT_EQ(create_callback_server({.backend = name})->backend(), name);
  }
}

TEST_F(Registry, PrefersTheOptionToTheEnvironmentToTheFirst) {
  BackendRegistry registry;
  registry.add(own("first")).add(own("second")).add(own("third"));
  EXPECT_EQ(registry.choose().backend.name, "first");
  setenv(variable, "", 1);
  EXPECT_EQ(registry.choose().backend.name, "first");
  setenv(variable, "second", 1);
  EXPECT_EQ(registry.choose().backend.name, "second");
  EXPECT_THAT(registry.choose().reason, HasSubstr(variable));
  EXPECT_EQ(registry.choose({.backend = "third"}).backend.name, "third");
  EXPECT_EQ(registry.create({.backend = "third"})->backend(), "third");
}

TEST_F(Registry, NamesWhatIsNotBuilt) {
  BackendRegistry registry;
  registry.add(own("first")).add_not_built("first").add_not_built("second");
  EXPECT_EQ(registry.choose({.backend = "first"}).backend.name, "first");
  EXPECT_THAT(registry.not_built(), testing::ElementsAre("second"));
  expect_error(registry, "second", errc::backend_not_built, "first");
  registry.add(own("second"));
  EXPECT_EQ(registry.choose({.backend = "second"}).backend.name, "second");
}

TEST_F(Registry, NeverFallsBackSilently) {
  BackendRegistry registry;
  registry.add(own("first")).add(own("second"));
  expect_error(registry, "other", errc::unknown_backend, "first, second");
  expect_error(registry, "First", errc::unknown_backend, "first, second");
  expect_error(registry, "\x1b[31m", errc::unknown_backend, "'?[31m'");
  setenv(variable, "other", 1);
  expect_error(registry, "", errc::unknown_backend, variable);
  expect_error(BackendRegistry(), "", errc::unknown_backend, "other");
  unsetenv(variable);
  expect_error(BackendRegistry(), "", errc::unknown_backend, "no backend");
}

TEST_F(Registry, SaysWhatIsLeftOutOfThisBuild) {
  const auto registry = BackendRegistry::built_in();
  for (const auto name : registry.not_built()) {
    expect_error(registry, std::string(name), errc::backend_not_built, "left out of this build");
  }
}

TEST_F(Registry, TakesBackendsFromOutside) {
  auto registry = BackendRegistry::built_in();
  registry.add(own("mine"));
  EXPECT_EQ(registry.choose({.backend = "mine"}).backend.name, "mine");
  EXPECT_EQ(registry.create({.backend = "mine"})->backend(), "mine");
  EXPECT_THROW(registry.add(own("mine")), Error);
  EXPECT_THROW(registry.add(own("")), Error);
  EXPECT_THROW(registry.add({"empty", "", nullptr}), Error);
}

}  // namespace
}  // namespace oauth_callback
