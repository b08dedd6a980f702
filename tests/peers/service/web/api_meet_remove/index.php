<?php
require getenv('SERVICE_FOLDER') . '/service.php';

take_token();
$meeting = meeting_of_practice();
stage('before_mail');
mail_out('cancellation', $meeting['pacient_email'] !== '' ? $meeting['pacient_email'] : $meeting['pacient_telefon'], $meeting['meet_id']);
mail_out('cancellation', 'practice', $meeting['meet_id']);
stage('before_row');
query('DELETE FROM meetings WHERE meet_id = ?', $meeting['meet_id']);
stage('before_answer');
answer(['meet_id' => $meeting['meet_id']]);
