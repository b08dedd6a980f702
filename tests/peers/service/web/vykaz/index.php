<?php
// The report that export_url names. No token: the address itself is the secret.
require getenv('SERVICE_FOLDER') . '/service.php';

$id = $_GET['id'] ?? '';
if (($_GET['klic'] ?? '') !== md5(getenv('SERVICE_APP_KEY') . $id)) {
    http_response_code(403);
    exit;
}
header('Content-Type: application/pdf');
echo "%PDF-1.4\n% " . $id . "\n" . str_repeat("0123456789abcdef\n", 20000) . "%%EOF\n";
