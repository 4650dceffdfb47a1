-- Both voices: whose a segment is, and who made it. The server reads what our own engine carried, packet by packet.
alter table recording_segments add column side text not null default 'candidate';    -- candidate | interviewer
alter table recording_segments add column source text not null default 'page';       -- page | engine
alter table recording_segments add column position bigint not null default 0;        -- engine: number of the next packet
