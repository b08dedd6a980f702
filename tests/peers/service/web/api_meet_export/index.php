<?php
require getenv('SERVICE_FOLDER') . '/service.php';

take_token();
$meeting = meeting_of_practice();
// from the day after the call's date
$ready = substr($meeting['meet_time_imd'], 0, 10) < date('Y-m-d');
answer(['export_url' => $ready ? base_url() . '/vykaz/?klic=' . md5(getenv('SERVICE_APP_KEY') . $meeting['meet_id']) . '&id=' . $meeting['meet_id'] : '']);
