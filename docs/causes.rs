//! Why each status comes about and what mends it, for whoever programs or supports the host. What the person at the screen reads is in the status table.

use crate::status::Status;

/// Cause and remedy in one language.
pub struct Why {
    pub cause: &'static str,
    pub remedy: &'static str,
}

pub struct Explained {
    pub status: Status,
    pub cs: Why,
    pub en: Why,
}

macro_rules! explained {
    ($($name:ident cs: $cause_cs:literal, $remedy_cs:literal; en: $cause_en:literal, $remedy_en:literal;)*) => {
        pub static CAUSES: &[Explained] = &[$(Explained {
            status: Status::$name,
            cs: Why { cause: $cause_cs, remedy: $remedy_cs },
            en: Why { cause: $cause_en, remedy: $remedy_en },
        },)*];
    };
}

explained! {
    OK
        cs: "Volání se podařilo.", "Není co řešit.";
        en: "The call succeeded.", "Nothing is to be done.";
    ERR_NULL_POINTER
        cs: "Povinný argument je NULL; `field` a `detail` říkají který.",
            "Opravte volající program. Hodnota NULL je dovolena jen tam, kde to hlavičkový soubor uvádí (`options_json`, `out_json`, e-mail nebo telefon).";
        en: "A required argument is NULL; `field` and `detail` say which.",
            "Mend the calling program. NULL is allowed only where the header says so (`options_json`, `out_json`, e-mail or phone).";
    ERR_INVALID_UTF8
        cs: "Argument není v UTF-8, nejčastěji jde o text v CP1250 z programu v Delphi 7 až 2007 nebo z ANSI verze Windows API; `field` ho jmenuje.",
            "Převeďte text do UTF-8, než ho předáte: v Delphi `VideoDoktorTextFromCp1250`, v C++ `videodoktor::utf8`, jinde `WideCharToMultiByte(CP_UTF8, …)`.";
        en: "An argument is not UTF-8, most often CP1250 text of a Delphi 7 to 2007 program or of Windows' ANSI functions; `field` names it.",
            "Turn the text into UTF-8 before passing it: `VideoDoktorTextFromCp1250` in Delphi, `videodoktor::utf8` in C++, `WideCharToMultiByte(CP_UTF8, …)` elsewhere.";
    ERR_INVALID_HANDLE
        cs: "Klient (nebo text předaný funkci `vd_string_free`) byl už uvolněn, nikdy nevznikl, nebo jde o NULL. Knihovna na takovou paměť nesáhla.",
            "Hledejte v programu dvojí uvolnění nebo použití po uvolnění. Klienta vytvořte jednou při startu a uvolněte při ukončení.";
        en: "The client (or the text passed to `vd_string_free`) was freed already, never existed, or is NULL. The library has not touched its memory.",
            "Look for a doubled free or a use after it. Make the client once at the start and free it at the end.";
    ERR_INVALID_ARGUMENT
        cs: "Neplatná adresa služby, prázdný klíč nebo `meet_id`, neznámá či chybně zapsaná volba, soubor `ca_file`, který nelze přečíst nebo v něm není certifikát autority, neplatný JSON nebo ukazatel; `field` a `detail` říkají co.",
            "Opravte údaj, který `detail` jmenuje. Názvy a typy voleb jsou v README v tabulce Volby.";
        en: "A bad address of the service, an empty key or `meet_id`, an unknown or ill-typed option, a `ca_file` that cannot be read or holds no authority's certificate, JSON or a pointer that is not valid; `field` and `detail` say what.",
            "Correct what `detail` names. Names and types of the options are in the README's table Options.";
    ERR_CANCELLED
        cs: "Program zavolal `vd_client_interrupt`, nebo klienta během volání uvolnil. Pozvánka nebo zrušení, které už byly odeslány, se mohly provést; `detail` to uvádí.",
            "Přerušil-li čekání uživatel, není co řešit. Po přerušené pozvánce načtěte seznam videohovorů, než pozvete znovu.";
        en: "The program called `vd_client_interrupt`, or freed the client during the call. An invitation or removal that had been sent may have been carried out; `detail` says so.",
            "If the user interrupted it, nothing is to be done. After an interrupted invitation read the list before inviting again.";
    ERR_DNS
        cs: "Název serveru nelze přeložit na adresu: počítač není připojen k internetu, nefunguje DNS, nebo je v `app_url` překlep.",
            "Ověřte `nslookup <název>.videodoktor.cz`. Nejde-li přeložit žádný název, jde o připojení nebo DNS; jen tento název znamená chybnou `app_url` nebo filtr DNS.";
        en: "The server's name cannot be turned into an address: no internet connection, DNS does not work, or `app_url` holds a typing error.",
            "Try `nslookup <label>.videodoktor.cz`. If no name is found, it is the connection or DNS; if only this one, `app_url` is wrong or DNS is filtered.";
    ERR_CONNECT
        cs: "Server nebo cesta k němu spojení TCP odmítly: firewall, antivirus, výpadek internetu, nebo na dané adrese a portu nikdo neposlouchá; `detail` jmenuje adresu a port.",
            "Povolte odchozí spojení na `*.videodoktor.cz`, TCP port 443, programu i počítači. Jde-li internet jen přes proxy, nastavte volbu `proxy`.";
        en: "The server or the way to it refused the TCP connection: a firewall, an antivirus, no internet, or nobody listens at that address and port; `detail` names them.",
            "Allow outgoing connections to `*.videodoktor.cz`, TCP port 443, for program and computer. Where the internet is reached through a proxy only, set option `proxy`.";
    ERR_TLS
        cs: "Navázání TLS selhalo: certifikát vypršel, ještě neplatí nebo patří jinému serveru, port nepoužívá TLS, nebo chybí kořenové certifikáty systému; `detail` říká co a u certifikátu i kdy platí a pro které názvy. `vd_diagnose` vrací tento stav i tehdy, když jsou špatně jen hodiny počítače.",
            "Nejprve srovnejte datum, čas a časové pásmo počítače. Certifikát jiného serveru znamená přihlašovací stránku sítě nebo podvržené DNS. V Linuxu doinstalujte `ca-certificates`, ve Windows aktualizace kořenových certifikátů, nebo zvolte `tls_roots: \"bundled\"`.";
        en: "The TLS handshake failed: the certificate has expired, is not valid yet or is another server's, the port does not speak TLS, or the system's root certificates are missing; `detail` says what, and of a certificate when it is valid and for which names. `vd_diagnose` gives this status also where only the computer's clock is wrong.",
            "Set the computer's date, time and zone first. Another server's certificate means a network's login page or forged DNS. On Linux install `ca-certificates`, on Windows the updates of root certificates, or set `tls_roots: \"bundled\"`.";
    ERR_PROXY
        cs: "Proxy server spojení odmítl (například 403), neodpovídá, jeho název neexistuje, nebo nastavení proxy v systému nelze použít (neznámý typ, chybný port). `detail` říká číslo odpovědi, nebo kde nastavení je a co v něm vadí; `vd_diagnose` říká vždy, odkud se nastavení vzalo.",
            "Povolte na proxy serveru metodu CONNECT na `*.videodoktor.cz:443`. Je-li nastavení proxy zastaralé, opravte ho, nebo volbou `proxy` zvolte jinou či `\"none\"`.";
        en: "The proxy refused (403, say), does not answer, its name does not exist, or the system's proxy setting cannot be used (an unknown kind, a port that is none). `detail` holds the number of its answer, or where the setting stands and what is wrong with it; `vd_diagnose` always says where the setting came from.",
            "Allow CONNECT to `*.videodoktor.cz:443` at the proxy. If the setting is out of date, mend it, or choose another one or `\"none\"` with option `proxy`.";
    ERR_TIMEOUT
        cs: "Do `connect_timeout_ms` nebo `timeout_ms` nepřišla odpověď: pomalá síť, firewall, který pakety bez odpovědi zahazuje, nebo přetížená služba.",
            "Spusťte `vd_diagnose`: krok, u kterého skončí, ukáže kde. Selže-li už spojení, hledejte firewall; jinak to zkuste později.";
        en: "No answer within `connect_timeout_ms` or `timeout_ms`: a slow network, a firewall that drops packets, or a service under load.",
            "Run `vd_diagnose`: the step where it ends shows where. If it is the connection, look for a firewall; otherwise try later.";
    ERR_NETWORK
        cs: "Spojení se během volání přerušilo: výpadek sítě, restart serveru, nebo zařízení v síti, které dlouhá spojení ukončuje. Co lze bezpečně opakovat, knihovna už zopakovala.",
            "Zkuste to znovu. Opakuje-li se to, hledejte příčinu v síti (Wi-Fi, VPN, firewall s kontrolou obsahu).";
        en: "The connection broke during the call: the network failed, the server restarted, or something ends long connections. What is safe to repeat the library has repeated.",
            "Try again. If it keeps happening, look for the cause in the network (Wi-Fi, VPN, a firewall that inspects content).";
    ERR_TLS_UNTRUSTED
        cs: "Certifikát serveru podepsala autorita, které počítač nedůvěřuje. Nejčastěji do spojení vstupuje antivirus nebo firemní proxy s vlastní autoritou. Klíče ani údaje pacienta odeslány nebyly.",
            "Nejlepší je výjimka z kontroly HTTPS pro `*.videodoktor.cz`. Jinak nainstalujte autoritu, kterou antivirus nebo proxy spojení podepisuje, do úložiště Windows, nebo její certifikát zadejte volbou `ca_file`. Ověřování vypnout nelze. Proti sandboxu zadejte do `ca_file` soubor, který vypíše.";
        en: "The server's certificate is signed by an authority that the computer does not trust. Most often an antivirus or a company proxy with an authority of its own steps in. Neither keys nor a patient's data were sent.",
            "Best is to exempt `*.videodoktor.cz` from HTTPS inspection. Otherwise install the inspecting program's authority in Windows' store, or give its certificate in option `ca_file`. Verification cannot be switched off. Against the sandbox, `ca_file` is the file that it prints.";
    ERR_PROXY_AUTH
        cs: "Proxy odpověděla 407 (nebo SOCKS chce přihlášení): přihlašovací údaje chybějí nebo neplatí. `detail` říká, které způsoby přihlášení proxy nabízí, proč žádný nestačil a která volba by pomohla.",
            "Zadejte volbu `proxy` s přihlášením (`http://jmeno:heslo@host:port`, zvláštní znaky procentním zápisem). Kerberos použije knihovna sama; NTLM povolí volba `proxy_auth` (`\"ntlm\"`, jen Windows). Viz docs/networks.cs.md.";
        en: "The proxy answered 407 (or SOCKS wants a login): the login is missing or wrong. `detail` says which ways to log in the proxy offers, why none of them served, and which option would.",
            "Set option `proxy` with a login (`http://user:pass@host:port`, special characters percent-encoded). Kerberos the library uses by itself; NTLM is allowed by option `proxy_auth` (`\"ntlm\"`, Windows only). See docs/networks.md.";
    ERR_HTTP
        cs: "Server odpověděl stavem HTTP mimo 2xx bez kódu služby: výpadek (502, 503), chybějící volání (404), nebo odmítnutí zařízením v síti. Číslo je v `http_status`.",
            "500 až 599: zkuste to později, pak napište na podpora@videodoktor.cz. 404: ověřte `app_url` a název volání ve `vd_call`. 403: hledejte proxy nebo filtr obsahu.";
        en: "The server answered with an HTTP status other than 2xx and no service code: an outage (502, 503), a call that does not exist (404), or a refusal by something in the network. The number is in `http_status`.",
            "500 to 599: try later, then write to podpora@videodoktor.cz. 404: check `app_url` and the call's name in `vd_call`. 403: look for a proxy or content filter.";
    ERR_BAD_REPLY
        cs: "Odpověď není JSON, který volání slibuje: přihlašovací stránka sítě, HTML hlášení o výpadku, prázdná nebo useknutá odpověď. `detail` popisuje druh, nikdy obsah.",
            "Přihlaste se do sítě v prohlížeči a volání opakujte. Trvá-li to i v jiné síti, pošlete `vd_diagnose` a `detail` na podpora@videodoktor.cz.";
        en: "The reply is not the JSON that the call promises: a network's login page, an outage's HTML, an empty or truncated reply. `detail` tells the kind, never the content.",
            "Log in to the network in a browser and repeat. If it persists in another network too, send `vd_diagnose` and `detail` to podpora@videodoktor.cz.";
    ERR_REDIRECT
        cs: "Odpovědí je přesměrování na jiné místo. Knihovna ho nesleduje, aby klíče neodešly cizímu serveru; nejčastěji jde o přihlašovací stránku sítě nebo chybnou `app_url`.",
            "Přihlaste se do sítě v prohlížeči. Jinak ověřte `app_url`: má to být přesně přidělený název nebo `https://<název>.videodoktor.cz`.";
        en: "The answer redirects elsewhere. The library does not follow, so that no key goes to another server; most often it is a network's login page or a wrong `app_url`.",
            "Log in to the network in a browser. Otherwise check `app_url`: it is the label you were given, or `https://<label>.videodoktor.cz`.";
    ERR_TOO_LARGE
        cs: "Odpověď přesahuje 32 MiB, nebo na ni nestačila paměť.",
            "Skutečná odpověď služby takto velká není; zjistěte, kdo místo ní odpovídá. Ve 32bitovém programu ověřte volnou paměť.";
        en: "The reply is larger than 32 MiB, or there was no memory for it.",
            "No reply of the service is that large; find out who answers in its place. In a 32-bit program look at the free memory.";
    ERR_OUTCOME_UNKNOWN
        cs: "Pozvánka nebo zrušení se odeslaly, ale odpověď nepřišla nebo nebyla srozumitelná (chybová stránka serveru či brány, useknutá odpověď), a výsledek se v seznamu nepodařilo dohledat. Služba mohla požadavek provést, nebo ho teprve provede. Nastává také u `vd_call`, kde dohledat nelze.",
            "Volání neopakujte naslepo: pacient by mohl dostat dvě pozvánky. Až bude spojení fungovat, načtěte `vd_meet_list` a pozvěte znovu jen tehdy, když v něm pacient v daném čase není.";
        en: "An invitation or removal was sent, but its answer did not arrive or made no sense (an error page of the server or a gateway, half a reply), and the outcome was not found in the list. The service may have carried the request out, or may still do so. It also ends a `vd_call`, where nothing can be looked up.",
            "Do not repeat blindly: the patient might be invited twice. Once the connection works, read `vd_meet_list` and invite again only if the patient is not in it at that time.";
    ERR_OLD_REMAINS
        cs: "Přesun (`vd_meet_move`) vytvořil nový videohovor, ale původní se zrušit nepodařilo, nebo o tom není jistota: chyba služby či spojení, přerušení, vypršel čas. Chyba nese `meet_id`, `meet_url` a `old_meet_id`.",
            "Uložte nový `meet_id` a ukažte `message`. Stejné volání `vd_meet_move` lze zopakovat: nový videohovor se podruhé nevytvoří a původní se zruší. Nebo původní zrušte voláním `vd_meet_remove`.";
        en: "A move (`vd_meet_move`) has made the new video call, but the old one could not be removed, or nobody can tell: an error of the service or the connection, an interrupt, the time-out. The error holds `meet_id`, `meet_url` and `old_meet_id`.",
            "Note the new `meet_id` and show `message`. The same call of `vd_meet_move` may be made again: the new video call is not made twice, and the old one is removed. Or remove the old one by `vd_meet_remove`.";
    ERR_FILE
        cs: "Výkaz nebo obrázek QR kódu nelze zapsat: složka neexistuje nebo je jen pro čtení, disk je plný, nebo je cílový soubor otevřen v jiném programu. Starý soubor zůstal beze změny.",
            "Zvolte složku, do které smí uživatel zapisovat, a otevřený výkaz zavřete. Výkaz si lze vyžádat znovu.";
        en: "The report or the picture of a QR code cannot be written: the folder does not exist or is read-only, the disk is full, or another program holds the target open. An old file is left as it was.",
            "Choose a folder that the user may write to, and close the report if it is open. It can be fetched again.";
    ERR_NOT_FOUND
        cs: "`vd_json_get` nebo `vd_json_length`: na daném ukazateli v JSON nic není. U nepovinných údajů je to běžné.",
            "Ověřte ukazatel (`/meet_id`, `/0/pacient_jmeno`, velikost písmen rozhoduje) a zda předáváte výsledek, a ne chybu.";
        en: "`vd_json_get` or `vd_json_length`: the JSON holds nothing at that pointer. For optional values that is normal.",
            "Check the pointer (`/meet_id`, `/0/pacient_jmeno`, case matters) and that you pass the result and not an error.";
    ERR_REPORT_NOT_READY
        cs: "Služba výkaz tohoto videohovoru ještě nemá (`export_url` je prázdné nebo null). Výkaz vzniká po hovoru a k dispozici je nejdříve následující den.",
            "Vyžádejte si ho den po hovoru. Je-li prázdný i potom, napište na podpora@videodoktor.cz.";
        en: "The service does not have the report of this video call yet (`export_url` is empty or null). It is made after the call and available on the next day at the earliest.",
            "Ask for it on the day after the call. If it is still not there then, write to podpora@videodoktor.cz.";
    ERR_INTERNAL
        cs: "Chyba knihovny, kterou zachytila na svém rozhraní. Program běží dál a další volání funguje.",
            "Nahlaste ji správcům knihovny s verzí, `detail` a logem úrovně 4. Po pozvánce nejprve načtěte seznam.";
        en: "A bug of the library, caught at its boundary. The program goes on and the next call works.",
            "Report it to the library's maintainers with version, `detail` and a log of level 4. After an invitation read the list first.";
    X000_RATE_LIMIT
        cs: "Z jedné IP adresy přišlo víc požadavků, než služba dovoluje; počítače jedné ordinace mívají adresu společnou. Jednou to knihovna po chvíli sama zkusila znovu.",
            "Snižte četnost: seznam neobnovujte po sekundách a klíče neověřujte před každým voláním. Pro větší provoz požádejte o vyšší limit.";
        en: "More requests came from one IP address than the service allows; the computers of one practice share an address. The library has tried once more after a while.",
            "Ask less often: do not refresh the list every second nor verify the keys before each call. For more traffic ask for a higher limit.";
    X001_APP_KEY
        cs: "`api_app_key` chybí, je neplatný, nebo nepatří k této `app_url`.",
            "Ověřte dvojici `app_url` a `api_app_key`, jak přišla od podpory. Klíč pro sandbox u skutečné služby neplatí a naopak.";
        en: "`api_app_key` is missing, not valid, or does not belong to this `app_url`.",
            "Check the pair of `app_url` and `api_app_key` as support sent it. The sandbox's key is not good for the real service, nor the other way round.";
    X002_API_KEY
        cs: "`api_key` ordinace chybí, je neplatný, nebo byl nahrazen novým.",
            "Zadejte klíč ordinace znovu, bez mezer a zalomení; platnost ověří `vd_verify`. Nový vydá podpora@videodoktor.cz.";
        en: "The practice's `api_key` is missing, not valid, or was replaced by a new one.",
            "Enter the practice's key again, without blanks or line breaks; `vd_verify` tells whether it is good. podpora@videodoktor.cz issues new ones.";
    X003_TOKEN
        cs: "Služba odmítla jednorázový přístupový kód (token). Knihovna si jich před touto chybou vyžádala několik nových.",
            "Zkuste to znovu. Opakuje-li se to, nahlaste čas a program na podpora@videodoktor.cz: potíž je na straně služby.";
        en: "The service refused the one-time token. The library asked for several new ones before this error.",
            "Try again. If it persists, tell podpora@videodoktor.cz time and program: the trouble is the service's.";
    X004_MEET_ID
        cs: "Videohovor s tímto `meet_id` ordinace nemá: byl zrušen, patří jiné ordinaci, nebo jeho výkaz ještě není k dispozici (bývá od následujícího dne).",
            "Načtěte seznam znovu. Výkaz si vyžádejte den po hovoru.";
        en: "The practice has no video call of this `meet_id`: it was removed, belongs to another practice, or its report is not there yet (it is from the next day on).",
            "Read the list again. Ask for the report on the day after the call.";
    X005_SYSTEM
        cs: "Služba hlásí vlastní chybu nebo odstávku. Čtení knihovna podle volby `retries` už opakovala; pozvánku a zrušení nikdy neopakuje.",
            "Zkuste to za několik minut; mezi 3:00 a 4:00 bývá odstávka. Trvá-li to, napište na podpora@videodoktor.cz.";
        en: "The service reports a fault of its own or an outage. Reading calls the library has repeated as option `retries` says; an invitation or removal it never repeats.",
            "Try again in some minutes; between 3:00 and 4:00 it may be down. If it persists, write to podpora@videodoktor.cz.";
    X010_NAME
        cs: "`pacient_jmeno` chybí, nemá 6 až 64 znaků nebo obsahuje řídicí znak. Neviditelné znaky se nepočítají.",
            "Zadejte jméno i příjmení; krátké jméno doplňte titulem nebo druhým jménem.";
        en: "`pacient_jmeno` is missing, does not have 6 to 64 characters, or holds a control character. Invisible characters do not count.",
            "Enter first name and surname; add a title or second name to a short one.";
    X011_EMAIL
        cs: "`pacient_email` není jediná platná adresa o délce 6 až 256 znaků; tvary `mailto:…` a `Jana <…>` ani dvě adresy se nepřijímají. `detail` říká, co vadí.",
            "Opravte adresu, nebo ji nechte prázdnou a zadejte telefon.";
        en: "`pacient_email` is not one valid address of 6 to 256 characters; `mailto:…`, `Jana <…>` and two addresses are not taken. `detail` says what is wrong.",
            "Correct the address, or leave it empty and enter a phone number.";
    X012_PHONE
        cs: "`pacient_telefon` není české mobilní číslo: po odečtení mezer, teček, závorek, pomlček, lomítek a předvolby 420 musí zbýt devět číslic.",
            "Opravte číslo. Pacienta se zahraničním číslem zvěte e-mailem.";
        en: "`pacient_telefon` is not a Czech mobile number: without blanks, dots, brackets, dashes, slashes and the prefix 420, nine digits must remain.",
            "Correct the number. Invite a patient with a foreign number by e-mail.";
    X013_CONTACT
        cs: "Chybí e-mail i telefon, takže není kam pozvánku poslat.",
            "Zadejte aspoň jeden z nich.";
        en: "Both e-mail and phone are missing, so there is nowhere to send the invitation.",
            "Enter at least one of them.";
    X014_BIRTH_YEAR
        cs: "`pacient_narozen` není rok zapsaný čtyřmi číslicemi; u `vd_birth_year` text není rodné číslo. Čísla pojištěnce cizinců (měsíc nebo den zvýšený tak, jak rodné číslo nemá) rodnými čísly nejsou; poznají-li se, `detail` to říká.",
            "Předejte rok, například 1980. Z rodného čísla ho získá `vd_birth_year`. U cizince se zeptejte na rok narození.";
        en: "`pacient_narozen` is not a year of four digits; with `vd_birth_year`, the text is no birth number. Insurance numbers of foreigners (month or day raised as no birth number has them) are no birth numbers; where they can be told, `detail` says so.",
            "Pass the year, 1980 for example. `vd_birth_year` takes it from a birth number. Of a foreigner ask for the year of birth.";
    X020_START
        cs: "`meet_start` chybí, nemá podporovaný zápis, nebo jde o čas, který přechod na letní čas přeskočí.",
            "Předejte například `23.11.2030 10:00` nebo `2030-11-23T10:00`. Nesouhlasí-li formát služby, nastavte `meet_start_format`.";
        en: "`meet_start` is missing, not written in a supported way, or a time that the change to summer time skips.",
            "Pass `23.11.2030 10:00` or `2030-11-23T10:00`, for example. If the service expects another format, set `meet_start_format`.";
    X021_START_PAST
        cs: "Začátek už minul podle hodin služby, které rozhodují bez ohledu na hodiny počítače.",
            "Zvolte pozdější čas. Je-li podle počítače v budoucnu, srovnejte jeho hodiny (`vd_diagnose`, krok `clock`).";
        en: "The start has passed by the service's clock, which decides whatever the computer's says.",
            "Choose a later time. If the computer takes it for the future, set its clock (`vd_diagnose`, step `clock`).";
    X022_START_OUTAGE
        cs: "Začátek je v noční odstávce služby od 3:00 (včetně) do 4:00.",
            "Zvolte jiný čas.";
        en: "The start falls in the service's nightly outage from 3:00 (included) to 4:00.",
            "Choose another time.";
    X023_START_OVERLOADED
        cs: "Služba má v daném čase obsazenou kapacitu.",
            "Zvolte jiný začátek; často stačí posun o čtvrt hodiny.";
        en: "The service is booked out at that time.",
            "Choose another start; a quarter of an hour is often enough.";
    X024_START_TAKEN
        cs: "Ordinace má na tento čas už naplánován videohovor. `existing.meet_id` říká který, `existing.same_patient`, zda jde o téhož pacienta.",
            "Je-li `same_patient` pravda, pacient už pozván je: nejspíš se program ukončil po odeslání. Jinak zvolte jiný čas, nebo dřívější videohovor zrušte.";
        en: "The practice has a video call at this time already. `existing.meet_id` says which, `existing.same_patient` whether it is the same patient's.",
            "If `same_patient` is true, the patient is invited already: the program probably ended after sending. Otherwise choose another time, or remove the earlier video call.";
}
