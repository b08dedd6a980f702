<?php // saved by an editor that puts a byte-order mark before the first character: PHP sends it
