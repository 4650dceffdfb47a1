-- The recording: chunks of sound as the candidate's page uploads them, and the file that is joined from them. The bytes are
-- blobs (docs/data.md); here is what they must be.
create table recording_segments (
  tenant_id text not null,
  session_id text not null,
  segment_id text not null,     -- of one start of a page's recorder: 32 hexadecimal digits, chosen by the page
  media_type text not null,     -- audio/webm | audio/mp4
  leg bigint not null,          -- the leg whose beginning the page counts from
  offset_ms bigint not null,    -- when the recorder was started, after that leg was ready
  last_seq bigint not null,
  bytes bigint not null,
  created_at bigint not null,
  closed_at bigint,             -- when the page said that nothing follows
  primary key (tenant_id, session_id, segment_id),
  foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);

create table recording_chunks (
  tenant_id text not null,
  session_id text not null,
  segment_id text not null,
  seq bigint not null,          -- from 1, without a hole
  sha256 text not null,
  bytes bigint not null,
  end_ms bigint not null,       -- when the page got it from its recorder, since the recorder's start
  received_at bigint not null,
  primary key (tenant_id, session_id, segment_id, seq),
  foreign key (tenant_id, session_id, segment_id) references recording_segments (tenant_id, session_id, segment_id)
);

-- What was joined from the chunks that were there; made anew when more come.
create table recordings (
  tenant_id text not null,
  session_id text not null,
  chunks bigint not null,       -- how many were joined
  parts text not null,          -- JSON: the files, where they belong, their hashes and gaps
  joined_at bigint not null,
  primary key (tenant_id, session_id),
  foreign key (tenant_id, session_id) references sessions (tenant_id, id)
);

-- Since when interviews for a position are not recorded; null: they are.
alter table positions add column recording_off_at bigint;

-- Whether somebody has listened before.
create index audit_events_by_subject on audit_events (tenant_id, subject, action);
