//! Checks the rows: each against its leaf and its chain, each writer against every revision of the seal.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    evidence::{
        bundle::Leafed,
        finding::Finding,
        lines::{self, Head, Row},
        statement::Statement,
        tree::Tree,
    },
    secrets::hex,
};

/// One writer's rows.
struct Writer<'a> {
    rows: &'a [Leafed<Row>],
    /// Roots over the rows up to those places at which a revision ends.
    roots: BTreeMap<i64, String>,
    /// Places of rows whose leaf does not fit.
    leaves: BTreeSet<i64>,
    /// Places of rows whose chain does not fit.
    links: BTreeSet<i64>,
    is_in_order: bool,
}

/// Finds what is not as it was sealed.
pub(super) fn check(rows: &[Leafed<Row>], statements: &[Statement], findings: &mut Vec<Finding>) {
    let mut writers: BTreeMap<&str, Writer<'_>> = BTreeMap::new();
    let mut last = "";
    for group in rows.chunk_by(|a, b| a.is.instance == b.is.instance) {
        let instance = group[0].is.instance.as_str();
        if instance <= last {
            findings.push(Finding::WriterOrder { instance: instance.to_owned() });
        }
        last = last.max(instance);
        writers.entry(instance).or_insert_with(|| writer(instance, group, statements, findings));
    }
    for statement in statements {
        for head in &statement.heads {
            let instance = head.instance.clone();
            let revision = statement.revision;
            match writers.get(head.instance.as_str()) {
                None => findings.push(Finding::NoRows { revision, instance }),
                Some(writer) => findings.extend(writer.against(head, revision)),
            }
        }
    }
    for (instance, writer) in &writers {
        writer.tell(instance, statements.last(), findings);
    }
}

fn writer<'a>(
    instance: &str,
    rows: &'a [Leafed<Row>],
    statements: &[Statement],
    findings: &mut Vec<Finding>,
) -> Writer<'a> {
    let heads = statements.iter().flat_map(|s| &s.heads).filter(|h| h.instance == instance);
    let ends: BTreeSet<i64> = heads.map(|h| h.last_seq).collect();
    let (mut tree, mut roots, mut leaves, mut is_in_order) = (Tree::default(), BTreeMap::new(), BTreeSet::new(), true);
    for (expected, row) in (1..).zip(rows) {
        let leaf = lines::leaf(&row.is);
        if hex(&leaf) != row.leaf {
            leaves.insert(row.is.seq);
        }
        tree.push(leaf);
        if ends.contains(&expected) {
            roots.insert(expected, hex(&tree.root()));
        }
        if row.is.seq != expected && is_in_order {
            is_in_order = false;
            findings.push(Finding::RowOrder { instance: instance.to_owned(), expected, found: row.is.seq });
        }
    }
    let links = if is_in_order { broken(rows) } else { BTreeSet::new() };
    Writer { rows, roots, leaves, links, is_in_order }
}

/// Places at which the chain does not hold. A row whose hash alone was changed is told from one whose content was: the
/// row after it fits the hash that it should have.
fn broken(rows: &[Leafed<Row>]) -> BTreeSet<i64> {
    let (mut broken, mut before) = (BTreeSet::new(), String::new());
    for (at, row) in rows.iter().enumerate() {
        let should = row.is.chained(&before);
        if should == row.is.hash {
            before = should;
            continue;
        }
        broken.insert(row.is.seq);
        let fits_next = |hash: &str| rows.get(at + 1).is_some_and(|next| next.is.chained(hash) == next.is.hash);
        before = if fits_next(&should) { should } else { row.is.hash.clone() };
    }
    broken
}

impl Writer<'_> {
    /// Whether the rows up to a revision's end are its rows. What single rows explain is told there.
    fn against(&self, head: &Head, revision: i64) -> Option<Finding> {
        let instance = head.instance.clone();
        let last = usize::try_from(head.last_seq - 1).ok().and_then(|at| self.rows.get(at));
        if last.is_none_or(|row| row.is.hash != head.head) && self.links.is_empty() && self.is_in_order {
            return Some(Finding::Head { revision, instance });
        }
        let is_same = self.roots.get(&head.last_seq) == Some(&head.root);
        let is_explained = !self.links.is_empty() || !self.leaves.is_empty() || !self.is_in_order;
        (!is_same && !is_explained).then_some(Finding::Rows { revision, instance })
    }

    /// Tells what is odd about single rows, and rows that the newest revision does not cover.
    fn tell(&self, instance: &str, newest: Option<&Statement>, findings: &mut Vec<Finding>) {
        let head = newest.and_then(|s| s.heads.iter().find(|h| h.instance == instance));
        let is_same = head.is_some_and(|h| self.roots.get(&h.last_seq) == Some(&h.root));
        for seq in self.links.union(&self.leaves) {
            let (instance, seq) = (instance.to_owned(), *seq);
            let is_sealed = is_same && head.is_some_and(|h| seq <= h.last_seq);
            findings.push(if is_sealed && !self.links.contains(&seq) {
                Finding::RowLeaf { instance, seq }
            } else {
                Finding::Row { instance, seq }
            });
        }
        let covered = head.map_or(0, |h| h.last_seq);
        if newest.is_some() && self.rows.len() as i64 > covered {
            findings.push(Finding::Unsealed { instance: instance.to_owned(), after: covered });
        }
    }
}
