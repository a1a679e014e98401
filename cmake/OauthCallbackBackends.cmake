# The table of backends. To add one: copy a folder under backends/, and add its line here.
#   oauth_callback_backend(NAME PACKAGE FIND-SCRIPT)
# Their order is the order of preference at run time.
set(OAUTH_CALLBACK_BACKENDS "")
set(OAUTH_CALLBACK_BUILT_BACKENDS "")
set(OAUTH_CALLBACK_DEFAULT_BACKEND "" CACHE STRING "Backend to prefer at run time; empty: the first one built")

macro(oauth_callback_backend name debian_package find_module)
  string(TOUPPER ${name} upper)
  set(OAUTH_CALLBACK_BACKEND_${upper} AUTO CACHE STRING "Build the ${name} backend: AUTO, ON or OFF")
  set_property(CACHE OAUTH_CALLBACK_BACKEND_${upper} PROPERTY STRINGS AUTO ON OFF)
  list(APPEND OAUTH_CALLBACK_BACKENDS ${name})
  set(OAUTH_CALLBACK_FIND_${name} ${find_module})
  if(NOT OAUTH_CALLBACK_BACKEND_${upper} MATCHES "^(AUTO|ON|OFF)$")
    message(FATAL_ERROR "OAUTH_CALLBACK_BACKEND_${upper} is '${OAUTH_CALLBACK_BACKEND_${upper}}': say AUTO, ON or OFF.")
  elseif(NOT OAUTH_CALLBACK_BACKEND_${upper} STREQUAL "OFF")
    include(${find_module})
    if(OAUTH_CALLBACK_${upper}_FOUND)
      list(APPEND OAUTH_CALLBACK_BUILT_BACKENDS ${name})
    elseif(OAUTH_CALLBACK_BACKEND_${upper} STREQUAL "ON")
      message(FATAL_ERROR "OAUTH_CALLBACK_BACKEND_${upper} is ON, but its library was not found. "
                          "On Debian: apt install ${debian_package}. Or set it to OFF.")
    endif()
  endif()
endmacro()

oauth_callback_backend(beast libboost1.81-dev ${CMAKE_CURRENT_LIST_DIR}/FindBeastBackend.cmake)
oauth_callback_backend(httplib "libcpp-httplib-dev pkg-config" ${CMAKE_CURRENT_LIST_DIR}/FindHttplibBackend.cmake)
oauth_callback_backend(poco libpoco-dev ${CMAKE_CURRENT_LIST_DIR}/FindPocoBackend.cmake)

if(NOT OAUTH_CALLBACK_BUILT_BACKENDS)
  message(FATAL_ERROR "No backend can be built. On Debian: apt install libboost1.81-dev (beast), "
                      "libcpp-httplib-dev and pkg-config (httplib) or libpoco-dev (poco).")
endif()
if(OAUTH_CALLBACK_DEFAULT_BACKEND AND NOT OAUTH_CALLBACK_DEFAULT_BACKEND IN_LIST OAUTH_CALLBACK_BUILT_BACKENDS)
  message(FATAL_ERROR "OAUTH_CALLBACK_DEFAULT_BACKEND is '${OAUTH_CALLBACK_DEFAULT_BACKEND}', which is not built. "
                      "Built: ${OAUTH_CALLBACK_BUILT_BACKENDS}.")
endif()
message(STATUS "Backends: ${OAUTH_CALLBACK_BUILT_BACKENDS}")
