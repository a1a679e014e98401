# Everything that can be chosen at configure time, but for the backends (OauthCallbackBackends.cmake).
option(OAUTH_CALLBACK_BUILD_CLI "Build the oauth-callback command (needs nlohmann-json)" ${PROJECT_IS_TOP_LEVEL})
set(OAUTH_CALLBACK_CLI_BACKENDS "" CACHE STRING "Backends of the command: a list, or all; empty: the one preferred at run time")
option(OAUTH_CALLBACK_BUILD_CONFORMANCE "Build the conformance suite (needs GoogleTest)" ${PROJECT_IS_TOP_LEVEL})
option(OAUTH_CALLBACK_BUILD_EXAMPLES "Build the examples" ${PROJECT_IS_TOP_LEVEL})
option(OAUTH_CALLBACK_BUILD_BENCHMARKS "Build the benchmarks (needs the command, CLI11 and Google Benchmark)" OFF)
option(OAUTH_CALLBACK_BUILD_TESTS "Build the tests (needs the conformance suite and the command)" ${PROJECT_IS_TOP_LEVEL})
option(OAUTH_CALLBACK_BROWSER_TESTS "Register the tests with real browsers (tests/e2e/browser)" OFF)
option(OAUTH_CALLBACK_INSTALL "Install the libraries and the CMake package" ${PROJECT_IS_TOP_LEVEL})
option(OAUTH_CALLBACK_BUILD_FUZZERS "Build the libFuzzer targets (needs Clang)" OFF)
option(OAUTH_CALLBACK_WERROR "Turn warnings into errors" OFF)
set(OAUTH_CALLBACK_SANITIZE "" CACHE STRING "Sanitizers for everything here, as -fsanitize= takes them")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ${PROJECT_IS_TOP_LEVEL})
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE MinSizeRel)  # a program that starts cold is as fast as it is small
endif()

find_program(OAUTH_CALLBACK_CCACHE ccache)
if(PROJECT_IS_TOP_LEVEL AND OAUTH_CALLBACK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${OAUTH_CALLBACK_CCACHE})
endif()

# A project that adds this one with add_subdirectory() links these libraries from its own folders.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

# What every target of ours is compiled with.
add_library(oauth_callback_flags INTERFACE)
if(MSVC)
  target_compile_options(oauth_callback_flags INTERFACE /W4 /utf-8 $<$<BOOL:${OAUTH_CALLBACK_WERROR}>:/WX>)
else()
  target_compile_options(oauth_callback_flags INTERFACE
    -ffunction-sections -fdata-sections  # what a program does not use is left out of it (--gc-sections)
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
    # GCC 12 takes the parts of "a" + std::string() for overlapping.
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
    $<$<BOOL:${OAUTH_CALLBACK_WERROR}>:-Werror>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # It sees overlaps where there are none, in std::string (GCC bug 105651).
    target_compile_options(oauth_callback_flags INTERFACE -Wno-restrict)
  endif()
endif()
if(OAUTH_CALLBACK_SANITIZE)
  add_compile_options(-fsanitize=${OAUTH_CALLBACK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${OAUTH_CALLBACK_SANITIZE})
  if(OAUTH_CALLBACK_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)  # Asio's memory fences, which the sanitizer does not know
  endif()
endif()
