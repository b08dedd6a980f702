//! Every text of the page, in both languages side by side. What the mails say stands with the mails, why a call was refused with the refusals.

/// Makes the type and its two values from one list, so that no language can lack a text.
macro_rules! texts {
    ($($name:ident: $czech:literal, $english:literal;)*) => {
        pub struct Texts {
            $(pub $name: &'static str,)*
        }

        pub static CZECH: Texts = Texts { $($name: $czech,)* };
        pub static ENGLISH: Texts = Texts { $($name: $english,)* };

        impl Texts {
            /// Every text with its name.
            #[cfg(test)]
            fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($name), self.$name),)*]
            }
        }
    };
}

texts! {
    // the frame
    lang: "cs", "en";
    skip: "Přejít k obsahu", "Skip to the content";
    banner:
        "Zkušební služba na tomto počítači. Pacienti jsou smyšlení, nic se nikam neposílá.",
        "A service to try things on, on this machine. Patients are made up, nothing is sent anywhere.";
    language: "Jazyk", "Language";
    title: "na zkoušku", "to try";
    sections: "Části stránky", "Parts of the page";
    lost_touch:
        "Sandbox neodpovídá. Až znovu poběží, stránka se sama obnoví.",
        "The sandbox does not answer. The page comes back by itself when it runs again.";
    no_script: "Bez skriptů se novinky samy neobjeví.", "Without scripts, news does not appear by itself.";
    reload: "Obnovit stránku", "Reload the page";
    for_programs: "Totéž pro programy, v JSON:", "The same for programs, in JSON:";
    version: "Verze", "Version";
    seed_is: "semínko náhody (seed)", "seed";
    and_more: "a dalších", "and more:";
    set: "Nastavit", "Set";
    copy: "Kopírovat", "Copy";
    copied: "Zkopírováno", "Copied";

    // connecting a program
    connect: "Připojit program", "Connect a program";
    connect_hint:
        "Tyto údaje zadejte do svého programu místo údajů, které přijdou od VideoDoktor.cz.",
        "Give these to your program in place of those that come from VideoDoktor.cz.";
    address: "Adresa", "Address";
    app_key: "Klíč programu", "The program's key";
    ca_file: "Certifikát pro https", "Certificate for https";
    snippets: "Hotový program pro váš jazyk", "A ready program in your language";
    snippets_hint:
        "Zkopírujte, přeložte a spusťte: pozve pacientku na první volnou čtvrthodinu zítra od 10:00. Adresa a klíče tohoto sandboxu už v něm jsou.",
        "Copy, compile and run: it invites a patient at the first quarter of an hour that is free tomorrow from 10:00 on. This sandbox's address and keys are in it.";

    // calls
    calls: "Hovory", "Calls";
    invite_title: "Pozvat pacienta", "Invite a patient";
    invite_hint:
        "Jako by pozval váš program: platí stejná pravidla. Stačí e-mail, nebo telefon.",
        "As if your program did: the same rules hold. An e-mail address or a phone is enough.";
    practice: "Ordinace", "Practice";
    patient: "Jméno", "Name";
    email: "E-mail", "E-mail";
    phone: "Mobil", "Mobile phone";
    born: "Rok narození", "Year of birth";
    start: "Začátek", "Start";
    invite: "Pozvat", "Invite";
    no_calls: "Zatím žádný hovor. Pozvěte pacienta tady, nebo ze svého programu.", "No call yet. Invite a patient here, or from your program.";
    call_ahead: "domluven", "planned";
    call_active: "čekárna otevřena", "waiting room open";
    call_over: "proběhl", "over";
    waiting_room: "Čekárna", "Waiting room";
    report: "Výkaz", "Report";
    report_from: "výkaz bude od", "report from";
    remove: "Zrušit", "Cancel";
    removed: "Zrušené hovory", "Cancelled calls";

    // mails
    mails: "E-maily", "E-mails";
    mails_hint: "Co by dostal pacient a co ordinace. Nejnovější je nahoře.", "What the patient and the practice would get. The latest comes first.";
    no_mails: "Zatím žádná pošta.", "No mail yet.";
    to_patient: "Pacient", "Patient";
    to_practice: "Ordinace", "Practice";
    mail_from: "Od", "From";
    mail_to: "Komu", "To";
    mail_subject: "Předmět", "Subject";

    // requests
    log: "Záznam volání", "Requests";
    log_hint:
        "Co poslal váš program a co dostal zpět. Nejnovější je nahoře; po rozbalení řádku uvidíte pole a také požadavek, který pro volání získal token.",
        "What your program sent and what it got. The latest comes first; open a line to see its fields, and the request that got its token.";
    no_log: "Zatím se nikdo neozval. Až váš program zavolá, objeví se to tady.", "Nobody has called yet. When your program does, it shows here.";
    done: "provedeno", "carried out";
    not_done: "neprovedeno", "not carried out";
    done_reply_lost: "provedeno, odpověď se ztratila", "carried out, reply lost";
    not_done_cut: "neprovedeno, spojení přerušeno", "not carried out, connection cut";
    under_way: "pracuje se", "under way";
    empty: "(prázdné)", "(empty)";
    code: "Kód", "Code";
    caller: "Volající", "Caller";
    connection: "spojení", "connection";
    http_status: "Stav HTTP", "HTTP status";
    no_reply: "žádný, spojení se zavřelo", "none, the connection was closed";
    fault: "Vyvolaná porucha", "Fault";
    token_request: "Token k tomuto volání", "The token of this call";
    token_of: "vydán požadavkem", "given by request";

    // clock
    clock: "Hodiny", "Clock";
    clock_hint: "Čas služby: podle něj platí tokeny, začátky hovorů i výkazy.", "The service's time: tokens, starts of calls and reports go by it.";
    frozen: "stojí", "stands still";
    running: "běží", "running";
    plus_day: "+1 den", "+1 day";
    plus_hour: "+1 hodina", "+1 hour";
    freeze: "Zastavit", "Freeze";
    let_run: "Spustit", "Let it run";
    real_time: "Skutečný čas", "Real time";
    set_clock: "Nastavit na", "Set to";

    // faults
    faults: "Poruchy na přání", "Faults on demand";
    faults_hint:
        "Co potká příští volání, abyste viděli, jak si váš program poradí.",
        "What the next request meets, so that you see how your program copes.";
    fault_where: "Kde", "Where";
    fault_anywhere: "kdekoli", "anywhere";
    fault_what: "Co se stane", "What happens";
    fault_code: "odmítne se kódem", "refused with code";
    fault_delay: "provede se, odpověď přijde pozdě", "carried out, the reply comes late";
    fault_cut: "provede se, odpověď se ztratí", "carried out, the reply is lost";
    fault_cut_before: "spojení se přeruší, neprovede se", "the connection is cut, not carried out";
    fault_page: "stránka 502 od proxy, neprovede se", "a proxy's 502 page, not carried out";
    fault_portal:
        "přesměruje se na přihlašovací stránku sítě, neprovede se",
        "redirected to a network's login page, not carried out";
    fault_malformed: "provede se, JSON je zkomolený", "carried out, the JSON is malformed";
    fault_works_on:
        "pracuje pomalu: nejdřív e-mail, po stejné době řádek v seznamu",
        "works slowly: e-mail first, as much later the row in the list";
    fault_works_on_row_first:
        "pracuje pomalu: nejdřív řádek v seznamu, po stejné době e-mail",
        "works slowly: row in the list first, as much later the e-mail";
    fault_works_on_x005: "e-mail odejde, pak X005 a řádek se neobjeví", "the e-mail goes out, then X005 and no row";
    fault_gateway: "pracuje pomalu, brána to dřív vzdá s 504", "works slowly, a gateway gives up before with 504";
    fault_gateway_reset: "pracuje pomalu, brána dřív resetuje spojení", "works slowly, a gateway resets the connection before";
    fault_again: "provede se, odpověď přijde dvakrát", "carried out, the reply comes twice";
    fault_late: "provede se, přijde odpověď na dřívější volání", "carried out, an earlier request's reply comes";
    fault_other_meeting: "provede se, odpověď je o jiném hovoru", "carried out, the reply is about another call";
    fault_endless: "provede se, odpověď kape a neskončí", "carried out, the reply drips and never ends";
    fault_which_code: "Kód odmítnutí", "Code of the refusal";
    fault_seconds: "Jak dlouho to trvá (sekund)", "How long it takes (seconds)";
    fault_times: "Kolik volání to potká", "How many requests meet it";
    fault_add: "Přichystat poruchu", "Set the fault";
    no_faults: "Žádná porucha nečeká.", "No fault waits.";
    faults_clear: "Zrušit všechny poruchy", "Take all faults back";
    times: "počet zbývajících volání:", "requests left:";
    by_chance: "náhodou:", "by chance:";
    until_cleared: "dokud poruchu nezrušíte", "until you take it back";
    scenarios: "Scénáře", "Scenarios";
    scenarios_hint:
        "Jedno kliknutí navodí situaci (a zruší poruchy nastavené dřív). Pak ve svém programu pozvěte pacienta.",
        "One click sets a situation (and takes back faults set before). Then invite a patient in your program.";
    scenario_lost_reply: "Ztracená odpověď", "Lost reply";
    story_lost_reply:
        "Příští pozvánka odejde pacientovi, ale odpověď se cestou ztratí. Program ji nesmí poslat znovu: ohlásí pozvání, nebo řekne, že je třeba podívat se do seznamu.",
        "The next invitation goes out to the patient, but the reply is lost. The program must not send it again: it reports the invitation, or says that somebody has to look at the list.";
    scenario_slow: "Pomalá služba", "Slow service";
    story_slow:
        "Každá odpověď přijde až za 5 sekund. Okno programu nesmí zamrznout a čekání musí jít přerušit.",
        "Every reply takes 5 seconds. The program's window must not freeze, and one must be able to stop waiting.";
    scenario_taken: "Obsazený čas", "Start taken";
    story_taken:
        "Příští pozvánka se odmítne kódem X024. Program má nabídnout jiný čas a nechat vyplněné údaje být.",
        "The next invitation is refused with X024. The program offers another time and keeps what was filled in.";
    scenario_bad_key: "Neplatný klíč", "Bad key";
    story_bad_key:
        "Služba nezná klíč ordinace (X002). Program má říct, kde se klíč nastavuje a koho požádat o nový.",
        "The service does not know the practice's key (X002). The program says where the key is set and whom to ask for a new one.";
    scenario_outage: "Odstávka služby", "Outage";
    story_outage:
        "Každé volání se odmítne kódem X005. Program to po chvíli vzdá a poradí, co dělat dál.",
        "Every request is refused with X005. The program gives up after a while and says what to do next.";
    scenario_portal: "Přihlašovací stránka sítě", "Captive portal";
    story_portal:
        "Wi-Fi chce přihlášení a každé volání přesměruje jinam. Program má poradit, ať se člověk přihlásí v prohlížeči; nesmí poslat údaje pacienta na cizí adresu.",
        "A Wi-Fi wants a login and redirects every request. The program says that one should log in with the browser, and never sends a patient's data to the other address.";

    // switches
    switches: "Přepínače", "Switches";
    rate_limit: "Volání za minutu z jedné adresy", "Requests a minute of one address";
    no_limit: "bez omezení", "no limit";
    refuse_tokens: "Odmítnuté platné tokeny v %", "Valid tokens refused, in %";
    error_shape: "Podoba odmítnutí", "Shape of a refusal";
    error_status: "Stav HTTP odmítnutí", "HTTP status of a refusal";
    newest_token_only: "Platí jen nejnovější token ordinace", "Only a practice's newest token is good";
    nightly_outage: "V noci od 3:00 do 4:00 odstávka", "Down at night from 3:00 to 4:00";
    exclusive_starts: "Na jeden čas smí mít ordinace jen jeden hovor", "A practice has one call at one start";
    shown: "Jak seznam a detail ukazují pacienty", "How list and detail show patients";
    shown_years: "Rok narození", "Year of birth";
    shown_as_sent: "jak přišel", "as it was sent";
    shown_cut_after: "Ze jména nejvýš znaků", "Characters of a name at the most";
    shown_odd_row: "Podivný řádek číslo (od 0)", "Odd row number (from 0)";
    shown_none: "žádný", "none";
    shown_masked_emails: "Skryté e-maily", "Masked e-mails";
    shown_masked_phones: "Skryté telefony", "Masked phones";
    shown_float_phones: "Telefon jako desetinné číslo", "Phone as a decimal number";
    shown_html_escaped: "Jména a e-maily v entitách HTML", "Names and e-mails in HTML entities";
    shown_cut_at_emoji: "Jméno končí před emoji", "A name ends before an emoji";
    shown_latin1: "Otazníky místo písmen, která Latin-1 nemá", "Question marks for letters that Latin-1 lacks";
    shown_upper_case: "Jména velkými písmeny", "Names in capitals";
    shown_surname_first: "Příjmení napřed", "Surname first";
    shown_titles: "S tituly (MUDr., Ph.D.)", "With titles (MUDr., Ph.D.)";
    save: "Uložit přepínače", "Save the switches";
    seed: "Semínko náhody (seed)", "Seed of everything random";
    make_up: "Kolik smyšlených hovorů přidat", "Made-up calls to add";
    make_up_do: "Přidat", "Add";

    // practices, starting over
    practices: "Ordinace a klíče", "Practices and keys";
    practices_hint: "Každá ordinace vidí jen své hovory.", "Each practice sees only its own calls.";
    practice_new: "Přidat ordinaci", "Add a practice";
    practice_name: "Název", "Name";
    practice_key: "Klíč", "Key";
    made_up: "vymyslí se", "will be made up";
    practice_add: "Přidat ordinaci", "Add the practice";
    start_over: "Začít znovu", "Start over";
    restart_hint:
        "Restart služby zapomene tokeny a počty volání; hovory zůstanou.",
        "A restart of the service forgets tokens and counts of requests; calls stay.";
    restart: "Restartovat službu", "Restart the service";
    reset_open: "Smazat všechno…", "Delete everything…";
    reset_hint:
        "Hovory, e-maily, záznam, poruchy i přidané ordinace zmizí; hodiny a přepínače budou jako při spuštění.",
        "Calls, e-mails, requests, faults and added practices go; clock and switches will be as at the start.";
    reset: "Ano, smazat všechno", "Yes, delete everything";

    // waiting room and empty addresses
    room_start: "Začátek hovoru:", "The call starts:";
    room_early:
        "Jste tu s předstihem. Čekárna se otevře 15 minut před začátkem.",
        "You are early. The waiting room opens 15 minutes before the start.";
    room_open: "Lékař se za okamžik připojí.", "The doctor will join in a moment.";
    room_over: "Tento hovor už proběhl.", "This call is over.";
    room_camera: "Kamera: v sandboxu se nezkouší", "Camera: not tested in the sandbox";
    room_microphone: "Mikrofon: v sandboxu se nezkouší", "Microphone: not tested in the sandbox";
    room_connection: "Spojení: v pořádku", "Connection: fine";
    room_note:
        "Sem by pacienta přivedl odkaz z pozvánky. Toto je zkušební služba, hovor se nekoná.",
        "The link of the invitation would bring the patient here. This is a service to try things on; no call takes place.";
    nothing_here: "Tady nic není", "Nothing here";
    nothing_here_hint:
        "Hovor nebo výkaz na této adrese neexistuje, nebo byl hovor zrušen.",
        "There is no call or report at this address, or the call has been cancelled.";
    to_sandbox: "Na stránku sandboxu", "To the sandbox's page";
    back_to_sandbox: "Zpět na stránku sandboxu", "Back to the sandbox's page";

    // what has been done
    said_invited:
        "Pozvánka byla odeslána. Pozvánku i potvrzení najdete v e-mailech.",
        "The patient is invited. Invitation and confirmation are among the e-mails.";
    said_removed:
        "Hovor je zrušen, pacient i ordinace dostali zprávu.",
        "The call is cancelled; patient and practice have been told.";
    said_clock: "Hodiny jsou přestavené.", "The clock has been changed.";
    said_settings: "Přepínače jsou uložené.", "The switches are saved.";
    said_fault: "Porucha čeká na příští volání.", "The fault waits for the next request.";
    said_faults_clear: "Žádná porucha už nečeká.", "No fault waits any more.";
    said_scenario:
        "Scénář je nastaven. Teď pozvěte pacienta ve svém programu; ukončíte ho tlačítkem „Zrušit všechny poruchy“.",
        "The scenario is set. Now invite a patient in your program; \"Take all faults back\" ends it.";
    said_seed: "Semínko náhody je nastaveno.", "From now on everything random comes from this seed.";
    said_make_up: "Smyšlené hovory jsou přidané.", "The made-up calls have been added.";
    said_practice: "Ordinace je přidaná, její klíč platí hned.", "The practice has been added; its key is good at once.";
    said_restart: "Služba se restartovala, tokeny jsou zapomenuté.", "The service has restarted; tokens are forgotten.";
    said_reset: "Všechno je smazané, sandbox je jako při spuštění.", "Everything is deleted; the sandbox is as it was at the start.";
}

#[cfg(test)]
mod tests {
    use super::{CZECH, ENGLISH};

    #[test]
    fn every_text_is_there_in_both_languages_and_is_translated() {
        for ((name, czech), (_, english)) in CZECH.all().into_iter().zip(ENGLISH.all()) {
            assert!(!czech.trim().is_empty() && !english.trim().is_empty(), "{name}");
            // Some words are the same, as are the marks of nothing at all.
            assert!(czech != english || czech.split(' ').count() == 1, "{name}");
        }
    }

    #[test]
    fn every_text_is_on_a_page() {
        let shown = [
            include_str!("../../templates/layout.html"),
            include_str!("../../templates/page.html"),
            include_str!("../../templates/connect.html"),
            include_str!("../../templates/calls.html"),
            include_str!("../../templates/mails.html"),
            include_str!("../../templates/log.html"),
            include_str!("../../templates/log_facts.html"),
            include_str!("../../templates/scenarios.html"),
            include_str!("../../templates/clock.html"),
            include_str!("../../templates/faults.html"),
            include_str!("../../templates/switches.html"),
            include_str!("../../templates/practices.html"),
            include_str!("../../templates/waiting_room.html"),
            include_str!("../../templates/nothing_here.html"),
            include_str!("view.rs"),
            include_str!("forms.rs"),
            include_str!("kinds.rs"),
            include_str!("log.rs"),
            include_str!("scenarios.rs"),
            include_str!("mod.rs"),
        ];
        for (name, _) in CZECH.all() {
            let used = |text: &&str| {
                text.match_indices(&format!("t.{name}")).any(|(at, found)| !text[at + found.len()..].starts_with(is_of_a_name))
            };
            assert!(shown.iter().any(used), "{name} is nowhere");
        }
    }

    fn is_of_a_name(letter: char) -> bool {
        letter.is_alphanumeric() || letter == '_'
    }
}
