-- One candidate's sitting, its provider calls (legs), and the append-only log from which every reader is served.
create table sessions (
  tenant_id text not null,
  id text not null,
  application_id text not null,
  invitation_id text not null,
  plan_version_id text not null,
  state text not null,          -- ready | live | interrupted | finished
  completeness text not null,   -- open | complete | incomplete
  epoch bigint not null,        -- rises with each worker that takes the session over
  lease_holder text,
  lease_until bigint,
  created_at bigint not null,
  started_at bigint,
  ended_at bigint,
  end_reason text,
  voice text,                   -- one voice within a session; chosen when it starts
  reasons text,                 -- JSON array: why the transcript is incomplete, in words
  primary key (tenant_id, id),
  unique (tenant_id, invitation_id),
  foreign key (tenant_id, application_id) references applications (tenant_id, id),
  foreign key (tenant_id, invitation_id) references invitations (tenant_id, id),
  foreign key (tenant_id, plan_version_id) references plan_versions (tenant_id, id)
);
create index sessions_by_state on sessions (tenant_id, state, created_at);

create table consents (
  tenant_id text not null,
  id text not null,
  session_id text not null,
  notice_version text not null,
  notice text not null,
  accepted_at bigint not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);

create table legs (
  tenant_id text not null,
  session_id text not null,
  number bigint not null,
  call_id text not null,
  instance_id text not null,
  started_at bigint not null,
  ready_at bigint,
  ended_at bigint,
  end_reason text,
  primary key (tenant_id, session_id, number),
  foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);

create table log_cursors (
  tenant_id text not null,
  session_id text not null,
  instance_id text not null,
  source text not null,
  epoch bigint not null,
  last_seq bigint not null,
  head text not null,
  primary key (tenant_id, session_id, instance_id),
  foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);

create table log_rows (
  tenant_id text not null,
  session_id text not null,
  instance_id text not null,
  seq bigint not null,
  source text not null,         -- C page | S sideband | E engine | R repair | H human
  leg bigint not null,
  kind text not null,
  item_id text,
  body text not null,
  mono_ms bigint not null,
  received_at bigint not null,
  hash text not null,           -- SHA-256 of the hash before and this row
  primary key (tenant_id, session_id, instance_id, seq),
  foreign key (tenant_id, session_id, instance_id) references log_cursors (tenant_id, session_id, instance_id)
);
create index log_rows_by_arrival on log_rows (tenant_id, session_id, received_at);

-- The transcript as it is read: written in the transaction of the log row it comes from.
-- `seq` is the watcher's cursor and moves when an entry is replaced; `place` is the entry's order and stays.
create table turns (
  tenant_id text not null,
  session_id text not null,
  item text not null,
  seq bigint not null,
  place bigint not null,
  leg bigint not null,
  speaker text not null,
  kind text not null,
  question bigint,
  text text not null,
  status text not null,
  cut bigint not null,          -- 0 | 1: no boolean columns, SQLite cannot decode them through this driver
  started_ms bigint not null,
  ended_ms bigint not null,
  primary key (tenant_id, session_id, item),
  unique (tenant_id, session_id, seq),
  foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);
