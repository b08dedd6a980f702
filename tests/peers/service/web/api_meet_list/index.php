<?php
require getenv('SERVICE_FOLDER') . '/service.php';

take_token();
$rows = query('SELECT * FROM meetings WHERE api_key = ? ORDER BY meet_time_imd', $practice)->fetchAll(PDO::FETCH_ASSOC);
answer(array_map('shown', $rows));
