// Every operation of the HTTP API as "METHOD /path": what goes in and what comes out, by the generated schema.
import type { paths } from "./schema.gen";
import type { Full } from "./types";

type Method = "get" | "post" | "put" | "delete" | "patch";
type Known = { [Path in keyof paths & string]: MethodsOf<Path> }[keyof paths & string];
type MethodsOf<Path extends keyof paths & string> = {
  [Name in Method]: paths[Path] extends { [_ in Name]: object } ? `${Uppercase<Name>} ${Path}` : never;
}[Method];
type Operation<R> = R extends `${infer Name} ${infer Path}`
  ? Path extends keyof paths
    ? Lowercase<Name> extends keyof paths[Path]
      ? paths[Path][Lowercase<Name>]
      : never
    : never
  : never;
type Json<T> = T extends { content: { "application/json": infer Body } } ? Body : undefined;
type Answers<T> = T extends { responses: infer All } ? All[keyof All & (200 | 201)] : undefined;

/** "GET /v1/positions/{id}" and so on. */
export type Route = Known;
/** The body of the request; undefined where there is none. */
export type In<R extends Route> = Operation<R> extends { requestBody: infer Body } ? Json<Body> : undefined;
/** The body of the answer; undefined where there is none. */
export type Out<R extends Route> = [Answers<Operation<R>>] extends [never]
  ? undefined
  : Full<Json<Answers<Operation<R>>>>;
