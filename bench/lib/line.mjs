/** The line through the points that is nearest to them: its slope and its height at the beginning. */
export const line = (points) => {
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((p) => p[0]), mean((p) => p[1])];
  const slope = mean((p) => (p[0] - x) * (p[1] - y)) / mean((p) => (p[0] - x) ** 2);
  return { slope, from: y - slope * (x - points[0][0]) };
};
