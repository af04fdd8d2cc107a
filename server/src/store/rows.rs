//! Many rows in few statements.

use serde::Serialize;
use sqlx::{Any, AssertSqlSafe, any::AnyArguments, query, query::Query};

use super::{Dialect, Result, Tx, to_json};

pub(super) type Bound = Query<'static, Any, AnyArguments>;

/// Rows of the longest statement: with 12 columns, well under SQLite's 32,766 and PostgreSQL's 65,535 parameters.
const ROWS_MAX: usize = 256;

/// A table of values in a statement: `before` `values (…), (…)` `after`, whose columns are named `column1`, `column2`… where it is read from.
pub(super) struct Values {
    pub before: &'static str,
    pub columns: usize,
    pub after: &'static str,
}

impl Values {
    /// Runs the statement over all the rows, whose values `bind` gives in order, and returns how many rows it changed.
    ///
    /// It goes by halving numbers of rows, so that few texts are ever prepared: 27 rows are 16, 8, 2 and 1.
    pub(super) async fn execute<Row>(
        &self,
        tx: &mut Tx,
        rows: impl IntoIterator<Item = Row, IntoIter: ExactSizeIterator>,
        bind: fn(Bound, Row) -> Bound,
    ) -> Result<usize> {
        let (mut rows, mut changed) = (rows.into_iter(), 0);
        while rows.len() > 0 {
            let count = if rows.len() >= ROWS_MAX { ROWS_MAX } else { 1 << rows.len().ilog2() };
            let statement = query(AssertSqlSafe(self.text(tx, count)));
            changed += rows.by_ref().take(count).fold(statement, bind).execute(&mut *tx).await?.rows_affected();
        }
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    fn text(&self, tx: &Tx, rows: usize) -> String {
        let dialect = Dialect::of_connection(tx);
        let mut text = String::with_capacity(self.before.len() + self.after.len() + rows * self.columns * 6);
        text.push_str(self.before);
        text.push_str(" values ");
        for row in 0..rows {
            text.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..self.columns {
                text.push_str(if column == 0 { "" } else { ", " });
                dialect.push_placeholder(&mut text, row * self.columns + column + 1);
            }
            text.push(')');
        }
        text.push(' ');
        text.push_str(self.after);
        text
    }
}

/// A query over given rows, which `sql` reads from the table `{given}`: `given.value ->> 0`, `given.value ->> 1`… They go as one JSON text, so that the
/// statement is the same whatever their number.
pub(super) fn over_given<Row: Serialize>(tx: &Tx, sql: &str, rows: &[Row]) -> Bound {
    query(AssertSqlSafe(sql.replace("{given}", Dialect::of_connection(tx).given_rows()))).bind(to_json(&rows))
}

/// One row per id.
pub(super) fn ids<Id: ToString>(ids: impl IntoIterator<Item = Id>) -> Vec<[String; 1]> {
    ids.into_iter().map(|id| [id.to_string()]).collect()
}
