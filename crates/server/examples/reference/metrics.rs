//! The page of metrics, from the list that the registry is filled from.

use crate::markdown::{Table, code, codes, prose};

/// The page.
pub(crate) fn page() -> String {
    let mut table = Table::new(&["metric", "kind", "labels", "what it says"]);
    for metric in server::metrics::ALL {
        let labels = codes(metric.labels.iter().copied());
        table.row(&[code(metric.name), metric.kind.to_owned(), labels, prose(metric.help)]);
    }
    format!(
        "# Metrics\n\n\
         `/metrics` on the admin listener, in the OpenMetrics text format. A histogram has `_bucket`, `_sum` and `_count`.\n\
         The label `action` is a name from the [table of contents](actions.md), or `none` where a request named no\n\
         action; a label never carries what a caller made up.\n\n{}",
        table.text()
    )
}
