<?php
require getenv('SERVICE_FOLDER') . '/service.php';

take_token();
$name = field('pacient_jmeno');
$email = field('pacient_email');
$phone = field('pacient_telefon');
if (iconv_strlen($name) < 6 || iconv_strlen($name) > 64) {
    refuse('X010');
}
if ($email === '' && $phone === '') {
    refuse('X013');
}
if ($email !== '' && !filter_var($email, FILTER_VALIDATE_EMAIL)) {
    refuse('X011');
}
if ($phone !== '' && !preg_match('/^\d{9}$/', $phone)) {
    refuse('X012');
}
if (!preg_match('/^\d{4}$/', field('pacient_narozen'))) {
    refuse('X014');
}
$start = DateTime::createFromFormat('!d.m.Y.H.i', field('meet_start'));
if (!$start) {
    refuse('X020');
}
if ($start->getTimestamp() < time()) {
    refuse('X021');
}
if ($start->format('G') === '3') {
    refuse('X022');
}
$when = $start->format('Y-m-d H:i:s');
if (query('SELECT 1 FROM meetings WHERE api_key = ? AND meet_time_imd = ?', $practice, $when)->fetch()) {
    refuse('X024');
}

$meet_id = bin2hex(random_bytes(8));
stage('before_mail');
mail_out('invitation', $email !== '' ? $email : $phone, $meet_id);
mail_out('invitation', 'practice', $meet_id);
stage('before_row');
query(
    'INSERT INTO meetings (meet_id, api_key, meet_time_imd, pacient_jmeno, pacient_email, pacient_telefon, pacient_narozen) VALUES (?, ?, ?, ?, ?, ?, ?)',
    $meet_id, $practice, $when, $name, $email, $phone, field('pacient_narozen')
);
stage('before_answer');
answer(['meet_id' => $meet_id, 'meet_url' => 'https://demo.videodoktor.cz/hovor/' . $meet_id]);
