-- What calls may cost and what they did cost. Money is held before a call is made and settled when it is over.
-- Money is in micro-dollars, times are microseconds since the Unix epoch.
create table ledgers (
  tenant_id text not null primary key references tenants (tenant_id),
  entries bigint not null       -- rises with each reservation; its row is the lock behind which they are judged
);

create table reservations (
  tenant_id text not null,
  session_id text not null,
  leg bigint not null,
  day bigint not null,          -- UTC day on which it was made, counted from 1970-01-01; its money is that day's
  is_own bigint not null,       -- 0 | 1: our own engine, which costs nothing
  model text not null,
  transcription text not null,
  reserved_at bigint not null,
  lease_until bigint not null,  -- renewed by the worker; a call without a living lease is hung up
  held_ms bigint not null,
  held_micros bigint not null,
  spent_micros bigint not null,
  settled_at bigint,
  used_ms bigint,
  outcome text,                 -- settled | expired | released
  primary key (tenant_id, session_id, leg),
  foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);
create index reservations_by_day on reservations (tenant_id, day);
create index reservations_open on reservations (tenant_id) where settled_at is null;

-- One row for each response and each recognized turn that the provider reported a usage of.
create table usages (
  tenant_id text not null,
  session_id text not null,
  leg bigint not null,
  kind text not null,           -- response | transcription
  subject text not null,        -- the provider's id of the response or item
  model text not null,
  is_known bigint not null,     -- 0: the model has no price, the highest known one was taken
  audio_in bigint not null,     -- tokens; the cached ones among them stand beside
  audio_cached bigint not null,
  text_in bigint not null,
  text_cached bigint not null,
  audio_out bigint not null,
  text_out bigint not null,
  sound_ms bigint not null,     -- of a recognition that is counted by time
  micros bigint not null,
  at bigint not null,
  primary key (tenant_id, session_id, leg, kind, subject),
  foreign key (tenant_id, session_id, leg) references reservations (tenant_id, session_id, leg)
);

-- Starts that a budget refused, for the recruiter to see why.
create table refusals (
  tenant_id text not null,
  session_id text not null,
  code text not null,
  times bigint not null,
  last_at bigint not null,
  primary key (tenant_id, session_id, code),
  foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);
