//! The faults that the page offers: each in words, with the fields of the form that it uses.

use std::time::Duration;

use super::texts::Texts;
use crate::code::Code;
use crate::endless::{Endless, Pace, Place};
use crate::fault::{Fault, FaultBody, Gateway, GatewayAnswer, Late, WorkEnd, WorkOrder, WorksOn};

/// What a kind needs besides the path and how many requests meet it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Uses {
    Nothing,
    Code,
    Seconds,
}

/// The values of these fields.
#[derive(Clone, Copy)]
pub struct Values {
    pub code: Code,
    pub ms: u64,
}

pub struct Kind {
    pub name: &'static str,
    pub uses: Uses,
    pub words: fn(&Texts) -> &'static str,
    set: fn(Values, &mut Fault),
}

impl Kind {
    pub fn named(name: &str) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    pub fn fault(&self, path: &str, values: Values) -> Fault {
        let mut fault = Fault::at(path);
        (self.set)(values, &mut fault);
        fault
    }

    /// The CSS class of its option: the sheet shows the field that belongs to the chosen one.
    pub fn class(&self) -> &'static str {
        match self.uses {
            Uses::Nothing => "",
            Uses::Code => "uses-code",
            Uses::Seconds => "uses-seconds",
        }
    }
}

/// A fault in the page's words, read from what the journal calls it; `None` for one that the page does not offer.
pub fn in_words(summary: &str, t: &Texts) -> Option<String> {
    let code = between(summary, "code=\"", '"').and_then(Code::parse).unwrap_or(Code::SYSTEM);
    let number = |mark, end| between(summary, mark, end).and_then(|digits| digits.parse::<u64>().ok());
    let ms = number("delay_ms=", ' ').or(number("\"mail_ms\":", ',')).unwrap_or_default();
    let values = Values { code, ms };
    let kind = KINDS.iter().find(|kind| kind.fault("", values).summary().as_deref() == Some(summary))?;
    let words = (kind.words)(t);
    Some(match kind.uses {
        Uses::Nothing => words.to_owned(),
        Uses::Code => format!("{words} {code}"),
        Uses::Seconds => format!("{words} ({} s)", ms as f64 / 1000.0),
    })
}

/// What stands after a mark, up to this character or the end.
fn between<'a>(text: &'a str, mark: &str, end: char) -> Option<&'a str> {
    let rest = &text[text.find(mark)? + mark.len()..];
    rest.split(end).next()
}

fn works_on(ms: u64) -> WorksOn {
    WorksOn { mail_ms: ms, row_ms: ms, ..WorksOn::default() }
}

fn gateway(values: Values, answers: GatewayAnswer, fault: &mut Fault) {
    fault.works_on = Some(works_on(values.ms));
    fault.gateway = Some(Gateway { gives_up_after_ms: values.ms / 2, answers });
}

/// Where a captive portal sends everybody.
const LOGIN_PAGE: &str = "http://wifi.example/login";

/// In the order of the form.
pub const KINDS: [Kind; 16] = [
    Kind { name: "code", uses: Uses::Code, words: |t| t.fault_code, set: |values, fault| fault.code = Some(values.code) },
    Kind { name: "delay", uses: Uses::Seconds, words: |t| t.fault_delay, set: |values, fault| fault.delay_ms = values.ms },
    Kind { name: "cut", uses: Uses::Nothing, words: |t| t.fault_cut, set: |_, fault| fault.cut_reply_after = Some(0) },
    Kind { name: "cut_before", uses: Uses::Nothing, words: |t| t.fault_cut_before, set: |_, fault| fault.cut_before_acting = true },
    Kind { name: "page", uses: Uses::Nothing, words: |t| t.fault_page, set: |_, fault| fault.status = Some(502) },
    Kind { name: "portal", uses: Uses::Nothing, words: |t| t.fault_portal, set: |_, fault| fault.redirect = Some(LOGIN_PAGE.to_owned()) },
    Kind { name: "malformed", uses: Uses::Nothing, words: |t| t.fault_malformed, set: |_, fault| fault.body = Some(FaultBody::Malformed) },
    Kind {
        name: "works_on",
        uses: Uses::Seconds,
        words: |t| t.fault_works_on,
        set: |values, fault| fault.works_on = Some(works_on(values.ms)),
    },
    Kind {
        name: "works_on_row_first",
        uses: Uses::Seconds,
        words: |t| t.fault_works_on_row_first,
        set: |values, fault| fault.works_on = Some(WorksOn { order: WorkOrder::RowFirst, ..works_on(values.ms) }),
    },
    Kind {
        name: "works_on_x005",
        uses: Uses::Seconds,
        words: |t| t.fault_works_on_x005,
        set: |values, fault| fault.works_on = Some(works_on(values.ms).ends_with(WorkEnd::X005)),
    },
    Kind {
        name: "gateway",
        uses: Uses::Seconds,
        words: |t| t.fault_gateway,
        set: |values, fault| gateway(values, GatewayAnswer::Page(504), fault),
    },
    Kind {
        name: "gateway_reset",
        uses: Uses::Seconds,
        words: |t| t.fault_gateway_reset,
        set: |values, fault| gateway(values, GatewayAnswer::Reset, fault),
    },
    Kind { name: "again", uses: Uses::Nothing, words: |t| t.fault_again, set: |_, fault| fault.again_after_ms = Some(0) },
    Kind { name: "late", uses: Uses::Nothing, words: |t| t.fault_late, set: |_, fault| fault.late = Some(Late::instead()) },
    Kind { name: "other_meeting", uses: Uses::Nothing, words: |t| t.fault_other_meeting, set: |_, fault| fault.other_meeting = true },
    Kind {
        name: "endless",
        uses: Uses::Nothing,
        words: |t| t.fault_endless,
        set: |_, fault| fault.endless = Some(Endless::at(Place::BodyOfLength, Pace::new(1, Duration::from_millis(200)))),
    },
];

#[cfg(test)]
mod tests {
    use super::{KINDS, Uses, Values, in_words};
    use crate::code::Code;
    use crate::page::texts::{CZECH, ENGLISH};

    #[test]
    fn the_journal_s_word_for_each_fault_is_read_back_into_the_page_s() {
        let values = Values { code: Code::START_TAKEN, ms: 2500 };
        for kind in &KINDS {
            for t in [&CZECH, &ENGLISH] {
                let summary = kind.fault("*", values).summary().unwrap();
                let tail = match kind.uses {
                    Uses::Nothing => "",
                    Uses::Code => " X024",
                    Uses::Seconds => " (2.5 s)",
                };
                assert_eq!(in_words(&summary, t).unwrap(), format!("{}{tail}", (kind.words)(t)), "{summary}");
            }
        }
        assert_eq!(in_words("slow={\"bytes\":1,\"every_ms\":5}", &CZECH), None);
    }
}
