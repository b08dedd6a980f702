<?php
// A call that the vendor has added for one implementation.
require getenv('SERVICE_FOLDER') . '/service.php';

take_token();
$meeting = meeting_of_practice();
stage('before_mail');
mail_out('note', 'practice', $meeting['meet_id']);
stage('before_row');
query('INSERT INTO notes (api_key, meet_id, note) VALUES (?, ?, ?)', $practice, $meeting['meet_id'], field('note'));
stage('before_answer');
answer(['meet_id' => $meeting['meet_id'], 'saved' => '1']);
