/** A dense table: 40 px rows, a header that stays, numbers at the right. Narrow screens drop the columns marked `wide`. */
import type { ReactNode } from "react";
import { classes } from "./classes";
import styles from "./Table.module.css";

export type Column = {
  name: string;
  /** Numbers stand at the right. */
  numeric?: boolean;
  /** Never broken into two lines: times, states. */
  brief?: boolean;
  /** Shown only where there is room (from 720 px). */
  wide?: boolean;
  /** The name is for screen readers only: a column of buttons. */
  silent?: boolean;
};

type TableProps = {
  /** What the table lists, for screen readers. */
  label: string;
  columns: readonly Column[];
  /** Equal columns, whatever is in them, and column names for screen readers only: tables under one another line up. */
  even?: boolean;
  /** `Row`s. */
  children: ReactNode;
};

export function Table({ label, columns, even = false, children }: TableProps) {
  return (
    <div className={styles.scroll}>
      <table aria-label={label} className={classes(styles.table, even && styles.even)}>
        {even && (
          <colgroup>
            {columns.map((column, index) => (
              <col className={classes(index === 0 && styles.first, column.wide && styles.onlyWide)} key={column.name} />
            ))}
          </colgroup>
        )}
        <thead className={even ? "sr-only" : undefined}>
          <tr>
            {columns.map((column) => (
              <th className={look(column)} key={column.name} scope="col">
                {column.silent ? <span className="sr-only">{column.name}</span> : column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** One row; `cells` in the order of the columns. The first cell names the row. */
export function Row({ columns, cells }: { columns: readonly Column[]; cells: readonly ReactNode[] }) {
  return (
    <tr>
      {columns.map((column, index) =>
        index === 0 ? (
          <th className={look(column)} key={column.name} scope="row">
            {cells[index]}
          </th>
        ) : (
          <td className={look(column)} key={column.name}>
            {cells[index]}
          </td>
        ),
      )}
    </tr>
  );
}

function look(column: Column): string {
  return classes(column.numeric && styles.numeric, column.brief && styles.brief, column.wide && styles.onlyWide);
}
