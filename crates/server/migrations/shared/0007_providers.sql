-- Who carries a company's calls. One row per kind, so that a change of provider keeps the other's key; the one that is
-- used has `chosen_at`, none means the installation's default. The key is sealed with the server's secret.
create table voice_providers (
  tenant_id text not null references tenants (tenant_id),
  kind text not null,           -- own | openai | azure
  url text not null,            -- empty: the provider's usual one
  key_sealed text,
  key_end text,                 -- its last four characters, to tell keys apart
  key_set_at bigint,
  settings text not null,       -- JSON: models, transcriptions, voice, languages, vocabulary
  chosen_at bigint,
  updated_at bigint not null,
  primary key (tenant_id, kind)
);
-- A call is ended and listened to where it was made, also after the company changed its provider.
alter table legs add column provider text not null default 'own';
