# Fails when DOCUMENT is not what PROGRAM --markdown prints.
execute_process(COMMAND ${PROGRAM} --captures=${CAPTURES} --markdown OUTPUT_VARIABLE printed RESULT_VARIABLE status)
file(READ ${DOCUMENT} written)
if(NOT status EQUAL 0 OR NOT printed STREQUAL written)
  message(FATAL_ERROR "${DOCUMENT} is out of date: write it anew with\n  ${PROGRAM} --captures=${CAPTURES} --markdown")
endif()
