-- Seals: what was sealed, to the byte, and its signature. One row for each revision; none is ever changed or removed.
create table seals (
  tenant_id text not null,
  session_id text not null,
  revision bigint not null,     -- 1, and one more each time that something came later
  sealed_at bigint not null,
  root text not null,           -- the root of everything, hexadecimal
  statement text not null,      -- what is signed (docs/evidence.md)
  signature text not null,      -- Ed25519, base64
  about text,                   -- what the interview was; with the first revision only
  primary key (tenant_id, session_id, revision),
  foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);
-- The newest revision; 0: not sealed yet.
alter table sessions add column revision bigint not null default 0;
-- When the wait for the rest of the candidate's page was given up.
alter table sessions add column page_written_off_at bigint;
