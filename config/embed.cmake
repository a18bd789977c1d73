# Embeds every YAML file under config/ in a library, so that the program works with no file on disk.
#
# Included: defines pairwatch_embed_configuration(target). Run as a script (cmake -P): writes the source file.
if(CMAKE_SCRIPT_MODE_FILE)
  # In: SOURCE_DIR, OUTPUT. Raw string literals keep the text as it is.
  file(GLOB_RECURSE files RELATIVE ${SOURCE_DIR} ${SOURCE_DIR}/config/*.yaml)
  list(SORT files)
  set(text "// Generated from config/**/*.yaml by config/embed.cmake.\n#include \"config/embedded.h\"\n\n")
  # A lexicon is longer than the literals that every compiler must take; those used here take any.
  string(APPEND text "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n\n")
  string(APPEND text "namespace pairwatch::config {\n\nconst std::vector<EmbeddedFile>& embedded() {\n")
  string(APPEND text "  static const std::vector<EmbeddedFile> files = {\n")
  foreach(path IN LISTS files)
    file(READ ${SOURCE_DIR}/${path} content)
    string(APPEND text "      {\"${path}\", R\"pairwatch_yaml(${content})pairwatch_yaml\"},\n")
  endforeach()
  string(APPEND text "  };\n  return files;\n}\n\n}  // namespace pairwatch::config\n")
  file(WRITE ${OUTPUT} "${text}")
  return()
endif()

function(pairwatch_embed_configuration target)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/config/*.yaml)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded_configuration.cc)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${CMAKE_SOURCE_DIR} -DOUTPUT=${output} -P ${CMAKE_SOURCE_DIR}/config/embed.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/config/embed.cmake
    COMMENT "Embedding config/**/*.yaml" VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
