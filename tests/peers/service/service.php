<?php
// What every page of the service needs: the database, the token, the practice, and how an answer is written.
// Written as such services are: no framework, no Content-Type header, HTTP status 200 for errors too.

$db = new PDO('sqlite:' . getenv('SERVICE_DATABASE'), null, null, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_TIMEOUT => 20]);
$db->exec('PRAGMA synchronous = OFF');
$practice = null;
$behaviour = [];

function query($sql, ...$values)
{
    global $db;
    $statement = $db->prepare($sql);
    $statement->execute($values);
    return $statement;
}

function field($name)
{
    return isset($_POST[$name]) ? trim($_POST[$name]) : '';
}

// Slashes and letters are escaped, because json_encode does so unless it is told otherwise.
function answer($value)
{
    echo json_encode($value);
    exit;
}

function refuse($code)
{
    answer(['error' => $code]);
}

function call_name()
{
    return basename(dirname($_SERVER['SCRIPT_NAME']));
}

// The practice decides how the service behaves to it, so that tests do not disturb each other.
function behave_as($api_key)
{
    global $practice, $behaviour;
    $row = query('SELECT behaviour FROM practices WHERE api_key = ?', $api_key)->fetch(PDO::FETCH_ASSOC);
    if (!$row) {
        refuse('X002');
    }
    $practice = $api_key;
    $behaviour = json_decode($row['behaviour'], true);
    if (in_array(call_name(), $behaviour['bom'] ?? [])) {
        require __DIR__ . '/bom.php';
    }
    if (in_array(call_name(), $behaviour['warnings'] ?? [])) {
        ini_set('display_errors', '1');
        $language = $_COOKIE['lang']; // no cookie comes: "Warning: Undefined array key"
    }
}

// A token is good for one call.
function take_token()
{
    $row = query('DELETE FROM tokens WHERE token = ? AND made > ? RETURNING api_key', field('token'), time() - 600)->fetch(PDO::FETCH_ASSOC);
    if (!$row) {
        refuse('X003');
    }
    behave_as($row['api_key']);
}

function meeting_of_practice()
{
    global $practice;
    $row = query('SELECT * FROM meetings WHERE meet_id = ? AND api_key = ?', field('meet_id'), $practice)->fetch(PDO::FETCH_ASSOC);
    if (!$row) {
        refuse('X004');
    }
    return $row;
}

function base_url()
{
    $secure = !empty($_SERVER['HTTPS']) || ($_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '') === 'https';
    return ($secure ? 'https' : 'http') . '://' . $_SERVER['HTTP_HOST'];
}

function shown($row)
{
    return [
        'meet_id' => $row['meet_id'],
        'meet_url' => 'https://demo.videodoktor.cz/hovor/' . $row['meet_id'],
        'meet_time' => date('d.m.Y H:i', strtotime($row['meet_time_imd'])),
        'meet_time_imd' => $row['meet_time_imd'],
        'meet_active' => $row['meet_active'],
        'pacient_jmeno' => $row['pacient_jmeno'],
        'pacient_email' => $row['pacient_email'],
        'pacient_telefon' => $row['pacient_telefon'],
        'pacient_narozen' => $row['pacient_narozen'],
    ];
}

function mail_out($kind, $recipient, $about)
{
    global $practice;
    query('INSERT INTO mails (api_key, kind, recipient, about) VALUES (?, ?, ?, ?)', $practice, $kind, $recipient, $about);
}

// A request that changes something passes three stages: before_mail, before_row, before_answer. At each it works as long as the practice's
// behaviour says, and at the one in `hold` the first request waits until the test lets it go on, or kills the worker.
function stage($stage)
{
    global $practice, $behaviour;
    $held = ($behaviour['hold'] ?? '') === $stage
        && !query('SELECT 1 FROM stages WHERE api_key = ? AND stage = ?', $practice, $stage)->fetch();
    query('INSERT INTO stages (api_key, stage, pid, held) VALUES (?, ?, ?, ?)', $practice, $stage, getmypid(), (int) $held);
    usleep((int) (1e6 * ($behaviour['work'][$stage] ?? 0)));
    $until = time() + 60;
    while ($held && time() < $until) {
        usleep(10000);
        $held = query('SELECT 1 FROM stages WHERE api_key = ? AND stage = ? AND held = 1', $practice, $stage)->fetch();
    }
}
