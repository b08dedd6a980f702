<?php
require getenv('SERVICE_FOLDER') . '/service.php';

if (field('api_app_key') !== getenv('SERVICE_APP_KEY')) {
    refuse('X001');
}
behave_as(field('api_key'));
$token = bin2hex(random_bytes(16));
query('INSERT INTO tokens (token, api_key, made) VALUES (?, ?, ?)', $token, $practice, time());
answer(['token' => $token]);
