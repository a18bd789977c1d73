# What `cmake --install` lays down besides the program, by the Filesystem Hierarchy Standard, and the Debian package of it.
set(shell ${CMAKE_BINARY_DIR}/shell)
set(shell_files ${shell}/pairwatch ${shell}/_pairwatch ${shell}/pairwatch.fish ${shell}/pairwatch.1.gz)
add_custom_command(OUTPUT ${shell_files}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${shell}
  COMMAND pairwatch completion bash > ${shell}/pairwatch
  COMMAND pairwatch completion zsh > ${shell}/_pairwatch
  COMMAND pairwatch completion fish > ${shell}/pairwatch.fish
  COMMAND pairwatch completion man > ${shell}/pairwatch.1
  COMMAND gzip -9nf ${shell}/pairwatch.1
  DEPENDS pairwatch COMMENT "Completions and the manual page" VERBATIM)
add_custom_target(shell_files ALL DEPENDS ${shell_files})

install(FILES ${shell}/pairwatch DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${shell}/_pairwatch DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${shell}/pairwatch.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES ${shell}/pairwatch.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
# For reading, and for parts of one's own; the program has them inside.
install(DIRECTORY config/ DESTINATION ${CMAKE_INSTALL_DATADIR}/pairwatch/config FILES_MATCHING PATTERN "*.yaml")
install(DIRECTORY proto/pairwatch DESTINATION ${CMAKE_INSTALL_DATADIR}/pairwatch/proto FILES_MATCHING PATTERN "*.proto")
install(FILES README.md CHANGELOG.md tools/packaging/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The prefix may be given at install time, and what belongs to /usr has its settings in /etc.
set(packaging ${CMAKE_CURRENT_SOURCE_DIR}/tools/packaging)
install(CODE "set(packaging \"${packaging}\")\nset(build \"${CMAKE_BINARY_DIR}\")\nset(PAIRWATCH_BIN \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\")")
install(CODE [[
  set(PAIRWATCH_ETC "${CMAKE_INSTALL_PREFIX}/etc")
  if(CMAKE_INSTALL_PREFIX MATCHES "^/usr/?$")
    set(PAIRWATCH_ETC /etc)
  endif()
  configure_file("${packaging}/pairwatch.service.in" "${build}/pairwatch.service" @ONLY)
  file(INSTALL DESTINATION "${CMAKE_INSTALL_PREFIX}/lib/systemd/system" TYPE FILE FILES "${build}/pairwatch.service")
  file(INSTALL DESTINATION "${PAIRWATCH_ETC}/pairwatch" TYPE FILE FILES "${packaging}/pairwatch.yaml")
]])

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME pairwatch)
set(CPACK_PACKAGE_VENDOR pairwatch)
set(CPACK_PACKAGE_CONTACT "pairwatch maintainers <maintainers@pairwatch.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Raises explained escalations of possible child grooming from event streams")
set(CPACK_PACKAGE_DESCRIPTION
  "Watches the relationships between accounts on Kafka and tells human moderators, with reasons, where one shows the course that grooming of a child takes.")
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "ca-certificates")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${packaging}/conffiles)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
