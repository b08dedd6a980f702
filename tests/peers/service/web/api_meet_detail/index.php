<?php
require getenv('SERVICE_FOLDER') . '/service.php';

take_token();
answer(shown(meeting_of_practice()));
