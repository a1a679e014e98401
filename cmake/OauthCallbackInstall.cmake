# The installed package `oauth_callback`: one component per library. What each component needs is read from the
# targets, so that nobody has to keep a second list.
if(NOT OAUTH_CALLBACK_INSTALL)
  return()
endif()
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/oauth_callback)
get_property(OAUTH_CALLBACK_COMPONENTS GLOBAL PROPERTY OAUTH_CALLBACK_COMPONENTS)

set(OAUTH_CALLBACK_COMPONENT_TABLE "")
foreach(component IN LISTS OAUTH_CALLBACK_COMPONENTS)
  get_target_property(links oauth_callback_${component} LINK_LIBRARIES)
  set(needs "")
  foreach(link IN LISTS links)
    if(link MATCHES "oauth_callback(::|_)([a-z_]+)>?$" AND CMAKE_MATCH_2 IN_LIST OAUTH_CALLBACK_COMPONENTS)
      list(APPEND needs ${CMAKE_MATCH_2})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES needs)
  string(APPEND OAUTH_CALLBACK_COMPONENT_TABLE "set(_oauth_callback_${component}_needs \"${needs}\")\n")
endforeach()
foreach(backend IN LISTS OAUTH_CALLBACK_BUILT_BACKENDS)
  cmake_path(GET OAUTH_CALLBACK_FIND_${backend} FILENAME module)
  string(APPEND OAUTH_CALLBACK_COMPONENT_TABLE "set(_oauth_callback_${backend}_find ${module})\n")
  install(FILES ${OAUTH_CALLBACK_FIND_${backend}} DESTINATION ${package_dir})
endforeach()

configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/oauth_callbackConfig.cmake.in
  ${PROJECT_BINARY_DIR}/oauth_callbackConfig.cmake
  INSTALL_DESTINATION ${package_dir}
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/oauth_callbackConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/oauth_callbackConfig.cmake
              ${PROJECT_BINARY_DIR}/oauth_callbackConfigVersion.cmake
        DESTINATION ${package_dir})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/oauth_callback)
