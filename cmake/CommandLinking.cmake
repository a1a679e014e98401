# How the command is linked: it starts cold, so whatever is loaded and not used is felt (docs/performance.md).
include(CheckLinkerFlag)
foreach(flag as-needed gc-sections dead_strip dead_strip_dylibs)
  string(MAKE_C_IDENTIFIER ${flag} name)
  set(text -Wl,--${flag})
  if(APPLE)
    set(text -Wl,-${flag})
  endif()
  if(NOT MSVC)
    check_linker_flag(CXX ${text} OAUTH_CALLBACK_LINKER_HAS_${name})
  endif()
  if(OAUTH_CALLBACK_LINKER_HAS_${name})
    list(APPEND command_link_options ${text})
  endif()
endforeach()

# A static program relocates itself, so no loader has to know this form.
set(packed_relocations "")
if(NOT MSVC AND NOT APPLE)
  check_linker_flag(CXX -Wl,-z,pack-relative-relocs OAUTH_CALLBACK_LINKER_HAS_pack_relative_relocs)
  if(OAUTH_CALLBACK_LINKER_HAS_pack_relative_relocs)
    set(packed_relocations -Wl,-z,pack-relative-relocs)
  endif()
endif()

# Nothing is loaded where nothing has to be: that is half of the time to the redirect URI, and of the memory.
set(OAUTH_CALLBACK_CLI_STATIC AUTO CACHE STRING
    "Link the command statically: ON, OFF, or AUTO (where the C library can, and its backends are header-only)")
set_property(CACHE OAUTH_CALLBACK_CLI_STATIC PROPERTY STRINGS AUTO ON OFF)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  include(CheckCXXSourceCompiles)
  set(CMAKE_REQUIRED_FLAGS -fPIE)
  set(CMAKE_REQUIRED_LINK_OPTIONS -static-pie)
  # Before 2.34 a static program of glibc's could lose the functions of its threads.
  check_cxx_source_compiles("
    #include <stdlib.h>
    #include <thread>
    #if defined(__GLIBC__) && !__GLIBC_PREREQ(2, 34)
    #error too old
    #endif
    int main() { std::thread([] {}).join(); }" OAUTH_CALLBACK_HAS_STATIC_PIE)
  unset(CMAKE_REQUIRED_FLAGS)
  unset(CMAKE_REQUIRED_LINK_OPTIONS)
endif()

# Sets `result` in the caller.
function(oauth_callback_decide_static result)  # BACKEND…
  set(static ${OAUTH_CALLBACK_CLI_STATIC})
  if(static STREQUAL "AUTO")
    set(static ${OAUTH_CALLBACK_HAS_STATIC_PIE})
    if(BUILD_SHARED_LIBS OR OAUTH_CALLBACK_SANITIZE OR CMAKE_CXX_FLAGS MATCHES "--coverage")
      set(static OFF)
    endif()
    foreach(backend IN LISTS ARGN)
      string(TOUPPER ${backend} upper)
      if(NOT OAUTH_CALLBACK_${upper}_HEADER_ONLY)
        set(static OFF)
      endif()
    endforeach()
  elseif(static AND NOT OAUTH_CALLBACK_HAS_STATIC_PIE)
    message(FATAL_ERROR "OAUTH_CALLBACK_CLI_STATIC is ON, but no static program can be linked here "
                        "(-static-pie, glibc 2.34 or later). Set it to OFF.")
  endif()
  set(${result} ${static} PARENT_SCOPE)
endfunction()

function(oauth_callback_link_command target)  # BACKEND…
  set(options ${command_link_options})
  oauth_callback_decide_static(static ${ARGN})
  if(static)
    list(APPEND options -static-pie ${packed_relocations})
  endif()
  target_link_options(${target} PRIVATE ${options})
endfunction()
