//! What the pages about letters say, and how they look. Whoever stands at a door reads them on a telephone, so the
//! verdict comes first and is large, in words and not by colour alone.

use connect::letter::{Found, Standing};
use connect::time::{self, Millis};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = "
body{margin:0;font:18px/1.45 system-ui,sans-serif;color:#14213d;background:#f4f6f9}
main{max-width:34rem;margin:0 auto;padding:1rem}
.verdict{border-radius:.5rem;padding:1.25rem;color:#fff}
.go{background:#0b6b3a}.stop{background:#9b1c1c}
.verdict h1{margin:0;font-size:2.2rem;line-height:1.1}
.verdict p{margin:.6rem 0 0}
dl{background:#fff;border-radius:.5rem;padding:1rem 1.25rem;margin:1rem 0}
dt{font-size:.8rem;color:#5b6474;margin-top:.7rem}dt:first-child{margin-top:0}
dd{margin:0;overflow-wrap:anywhere}
small{color:#5b6474}
";

/// The verdict in two languages, and what to do.
struct Words {
    verdict: &'static str,
    verdict_zh: &'static str,
    do_this: &'static str,
    do_this_zh: &'static str,
}

fn words(standing: Standing) -> Words {
    let stop = |verdict, verdict_zh, do_this, do_this_zh| Words { verdict, verdict_zh, do_this, do_this_zh };
    match standing {
        Standing::Valid => Words {
            verdict: "Valid",
            verdict_zh: "有效",
            do_this: "Let in only the engineers named on the paper, for the place below. Their documents must match.",
            do_this_zh: "仅可让纸面所列工程师进入下述地点，并核对其证件。",
        },
        Standing::NotYetValid => stop(
            "Not yet valid",
            "尚未生效",
            "Let nobody in on this letter before the time below.",
            "在下述时间之前，请勿凭此授权书放行。",
        ),
        Standing::Expired => stop(
            "Expired",
            "已过期",
            "Let nobody in on this letter. A new one has to be issued.",
            "请勿凭此授权书放行，须重新签发。",
        ),
        Standing::Superseded => stop(
            "Superseded",
            "已被替换",
            "Let nobody in on this letter. A newer one took its place: ask for that.",
            "请勿凭此授权书放行，请要求出示新版授权书。",
        ),
        Standing::Used => stop(
            "Used",
            "已使用",
            "Let nobody in on this letter. The construction it was for is complete.",
            "请勿凭此授权书放行，对应施工已完成。",
        ),
        Standing::Revoked => stop(
            "Revoked",
            "已撤销",
            "Let nobody in on this letter. It was taken back.",
            "请勿凭此授权书放行，授权已被撤销。",
        ),
    }
}

/// The page of a letter, as it stands at `now`.
pub(super) fn of(found: &Found, now: Millis) -> String {
    let words = words(found.standing);
    let class = if found.standing == Standing::Valid { "verdict go" } else { "verdict stop" };
    frame(
        words.verdict,
        &html! {
            section class=(class) {
                h1 { (words.verdict) " · " span lang="zh" { (words.verdict_zh) } }
                p { (words.do_this) }
                p lang="zh" { (words.do_this_zh) }
            }
            dl {
                (row("Letter", "授权书编号", &found.number))
                (row("Access point", "接入点", &found.access_point_name))
                (row("Building", "机房地址", &found.address))
                (row("Circuit", "专线", &found.circuit_id))
                (row("Construction company", "施工单位", &found.construction_company))
                (row("Valid from", "生效时间", &time::wire(found.valid_from)))
                (row("Valid until", "失效时间", &time::wire(found.valid_until)))
                (row("Fingerprint; the paper must show the same", "指纹，须与纸面一致", &grouped(&found.fingerprint)))
            }
            small { "Looked up at " (time::wire(now)) ". Reload to look again." }
        },
    )
}

/// No such letter, or not this code, or not this link.
pub(super) fn unknown() -> String {
    stop(
        "No such letter",
        "无此授权书",
        "Nothing was issued under this address. Let nobody in on a paper that shows it.",
        "此地址未签发任何授权书，请勿放行。",
    )
}

/// A link to a file that was good once.
pub(super) fn link_expired() -> String {
    stop(
        "This link has expired",
        "链接已过期",
        "Links to the file of a letter are good for a short time. DescribePhysicalConnectionLOA answers a new one.",
        "授权书下载链接仅短期有效，请重新查询以获取新链接。",
    )
}

/// The store did not answer.
pub(super) fn unavailable() -> String {
    stop(
        "Not known at the moment",
        "暂时无法查询",
        "The letter could not be looked up. Try again, and let nobody in before this page says that it is valid.",
        "暂时无法核验，请稍后重试；未显示有效之前请勿放行。",
    )
}

fn stop(title: &str, title_zh: &str, sentence: &str, sentence_zh: &str) -> String {
    frame(
        title,
        &html! {
            section class="verdict stop" {
                h1 { (title) " · " span lang="zh" { (title_zh) } }
                p { (sentence) }
                p lang="zh" { (sentence_zh) }
            }
        },
    )
}

fn row(name: &str, name_zh: &str, value: &str) -> Markup {
    html! {
        dt { (name) " · " span lang="zh" { (name_zh) } }
        dd { (value) }
    }
}

/// The beginning of the fingerprint in groups, as the paper prints it.
fn grouped(fingerprint: &str) -> String {
    let shown: Vec<char> = fingerprint.chars().take(32).collect();
    shown.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn frame(title: &str, content: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – letter of authorization" }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (content) } }
        }
    }
    .into_string()
}
