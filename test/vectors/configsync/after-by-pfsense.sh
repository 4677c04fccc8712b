#!/bin/sh
# Writes the "backup-after" of a triple: cuts the sending and the receiving code out of a clone of pfSense, puts stubs
# in place of what touches the machine, and runs both with Debian's PHP (php-cli, php-xml).
#   after-by-pfsense.sh CLONE BRANCH PRIMARY.xml BACKUP-BEFORE.xml BACKUP-AFTER.xml
set -eu
clone=$1 branch=$2 primary=$3 before=$4 after=$5
code=$(mktemp)
trap 'rm -f "$code" "$code.xml"' EXIT

show() { git -C "$clone" show "$branch:$1" 2>/dev/null || true; }
# The functions named, from one file.
functions() {
  file=$1
  shift
  for name in "$@"; do show "src/etc/inc/$file" | sed -n "/^function $name(/,/^}/p"; done
}

{
  cat <<'P'
<?php
error_reporting(E_ERROR | E_PARSE);
foreach (['HA', 'CONFIG', 'SYSTEM', 'AUTH'] as $name) define("LOG_PREFIX_$name", '');
if (!function_exists('mb_strlen')) { function mb_strlen($s) { return strlen($s); } }
function write_config(...$_) {
  global $config, $argv;
  file_put_contents($argv[4], dump_xml_config($config, 'pfsense'));
  $config = parse_xml_config($argv[4], 'pfsense');
}
function localize_text($s, ...$_) { return $s; }
function g_get($name) { return '/nonexistent'; }
function pkg_call_plugins(...$_) { return []; }
function is_platform_booting() { return false; }
function platform_booting() { return false; }
function ipsec_enabled() { return true; }
function kea_defaults($name) { return config_get_path('system/hostname'); }
function find_interface_ip($name) { global $config; return $config['interfaces'][$name]['ipaddr']; }
function convert_friendly_interface_to_real_interface_name($name) { return $name; }
function guess_interface_from_ip($address) { return 'lan'; }
foreach (explode(' ', 'log_error logger mwexec captiveportal_configure_zone unlink_if_exists delete_static_route ' .
  'local_group_set local_user_set local_group_del_user getGroupEntryByGID getGroupEntry update_filter_reload_status') as $name)
  eval("function $name(...\$_) { return null; }");
class pfsense_xmlrpc_client {
  function getUrl() { return ''; }
  function xmlrpc_method($method, $sections = '', $timeout = 240) {
    global $config, $sent;
    if ($method === 'host_firmware_version') return ['config_version' => $config['version']];
    $sent = $sections;
    return true;
  }
}
P
  functions util.inc array_merge_recursive_unique array_get_path array_init_path array_set_path array_del_path \
    array_path_enabled init_config_arr
  functions config.lib.inc config_init_path config_get_path config_set_path config_del_path config_path_enabled \
    init_config_arr
  functions xmlparse.inc listtags startElement endElement cData parse_xml_config parse_xml_config_raw is_cdata_entity \
    dump_xml_config_sub dump_xml_config dump_xml_config_raw
  functions auth.inc local_sync_accounts
  # shellcheck disable=SC2016
  echo 'class Backup { private $loop_detected = false; private function auth() {}'
  show src/usr/local/www/xmlrpc.php | sed -n '/public function restore_config_section/,/^	}/p' |
    sed '/The real work on handling the vips/,$d' | sed '$d'
  # shellcheck disable=SC2016
  echo 'if (isset($u2add)) local_sync_accounts($u2add, $u2del, $g2add, $g2del); } }'
  # shellcheck disable=SC2016
  echo 'function send() { global $config, $g;'
  show src/etc/rc.filter_synchronize | sed '1,/^require_once("xmlrpc_client.inc")/d' |
    awk '/^function /{inside=1} !inside{print} /^}/{inside=0}' | sed '/^\/\*/,/^ \*\//d'
  echo '}'
  show src/etc/rc.filter_synchronize | awk '/^function /{inside=1} inside{print} /^}/{inside=0}'
  cat <<'P'
$config = parse_xml_config($argv[1], 'pfsense');
send();
array_walk_recursive($sent, function (&$value) { if (!is_int($value)) $value = (string) $value; });
$config = parse_xml_config($argv[2], 'pfsense');
$old_config = $config;
(new Backup)->restore_config_section($sent, 900);
write_config();
write_config();
file_put_contents($argv[3], dump_xml_config($config, 'pfsense'));
P
} >"$code"
php "$code" "$primary" "$before" "$after" "$code.xml"
