// Word error rate, with numbers, case and punctuation made alike on both sides.
const digits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

export const words = (text) =>
  text
    .toLowerCase()
    .replace(/%/g, " percent")
    .replace(/[^a-z0-9' ]+/g, " ")
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => (/^\d+$/.test(word) && Number(word) <= 10 ? digits[Number(word)] : word));

/** Substitutions, insertions and deletions over the number of words said. */
export const wordErrorRate = (said, heard) => {
  const a = words(said);
  const b = words(heard);
  let row = b.map((_, i) => i + 1);
  row.unshift(0);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] / Math.max(1, a.length);
};
