<?php
require getenv('SERVICE_FOLDER') . '/service.php';

answer(['time' => date('d.m.Y.H.i')]);
