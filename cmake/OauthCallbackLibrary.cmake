# oauth_callback_library(NAME SOURCES … [LINK …] [PRIVATE …])
# A component: target oauth_callback_NAME, alias and exported name oauth_callback::NAME, public headers in
# include/. LINK is what its users link too.
function(oauth_callback_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;PRIVATE")
  set(target oauth_callback_${name})
  add_library(${target} ${arg_SOURCES})
  add_library(oauth_callback::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${target} PUBLIC ${arg_LINK} PRIVATE $<BUILD_INTERFACE:oauth_callback_flags> ${arg_PRIVATE})
  set_property(GLOBAL APPEND PROPERTY OAUTH_CALLBACK_COMPONENTS ${name})
  if(NOT OAUTH_CALLBACK_INSTALL)
    return()
  endif()
  install(TARGETS ${target} EXPORT oauth_callback_${name}
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
          RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(EXPORT oauth_callback_${name} NAMESPACE oauth_callback::
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/oauth_callback)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/include)
    install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  endif()
endfunction()
