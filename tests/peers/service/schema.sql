-- Tables of the PHP service. Rows of `meetings` and `mails` decide what a test has shown.
CREATE TABLE practices (api_key TEXT PRIMARY KEY, behaviour TEXT NOT NULL DEFAULT '{}');
CREATE TABLE tokens (token TEXT PRIMARY KEY, api_key TEXT NOT NULL, made INTEGER NOT NULL);
CREATE TABLE meetings (
    meet_id TEXT PRIMARY KEY, api_key TEXT NOT NULL, meet_time_imd TEXT NOT NULL, meet_active TEXT NOT NULL DEFAULT '1',
    pacient_jmeno TEXT, pacient_email TEXT, pacient_telefon TEXT, pacient_narozen TEXT
);
CREATE TABLE notes (note_id INTEGER PRIMARY KEY, api_key TEXT NOT NULL, meet_id TEXT, note TEXT);
-- What was sent: kind is invitation, cancellation or note; recipient is the patient's e-mail or phone, or 'practice'.
CREATE TABLE mails (mail_id INTEGER PRIMARY KEY, api_key TEXT NOT NULL, kind TEXT NOT NULL, recipient TEXT NOT NULL, about TEXT);
-- A request that has reached a stage of its work, and the worker that carries it out. A held one waits until held is 0.
CREATE TABLE stages (stage_id INTEGER PRIMARY KEY, api_key TEXT NOT NULL, stage TEXT NOT NULL, pid INTEGER NOT NULL, held INTEGER NOT NULL);
CREATE INDEX meetings_of ON meetings (api_key, meet_time_imd);
CREATE INDEX mails_of ON mails (api_key);
CREATE INDEX stages_of ON stages (api_key);
