CREATE TABLE public.agent (
    id uuid DEFAULT '01a225f0-a499-73e0-b7da-bfc609044179'::uuid NOT NULL,
    organization uuid NOT NULL,
    email character varying(254) DEFAULT ''::character varying NOT NULL,
    name character varying(64) DEFAULT ''::character varying NOT NULL,
    role character varying(16) DEFAULT 'agent'::character varying NOT NULL,
    password_hash character varying(256) DEFAULT ''::character varying NOT NULL,
    locale character varying(16) DEFAULT ''::character varying NOT NULL,
    disabled_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.498301+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.attempt (
    id uuid DEFAULT '01a225f0-a4c6-770d-861f-ec1b0b4bad40'::uuid NOT NULL,
    organization uuid NOT NULL,
    channel uuid NOT NULL,
    bucket character varying(64) DEFAULT ''::character varying NOT NULL,
    dispatch uuid,
    number integer DEFAULT 1 NOT NULL,
    started_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.542803+00'::timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    blocks_until timestamp with time zone DEFAULT '2026-11-29 06:14:17.542843+00'::timestamp with time zone NOT NULL,
    outcome character varying(24) DEFAULT ''::character varying NOT NULL,
    code character varying(64) DEFAULT ''::character varying NOT NULL,
    message text DEFAULT ''::text NOT NULL,
    hint text DEFAULT ''::text NOT NULL,
    facts text DEFAULT '{}'::text NOT NULL,
    http_status integer,
    duration_ms integer,
    response text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.audit (
    id uuid DEFAULT '01a225f0-a4ad-7789-a96c-d849bea29eb4'::uuid NOT NULL,
    organization uuid NOT NULL,
    at timestamp with time zone DEFAULT '2026-11-29 06:14:17.517728+00'::timestamp with time zone NOT NULL,
    actor character varying(254) DEFAULT ''::character varying NOT NULL,
    action character varying(48) DEFAULT ''::character varying NOT NULL,
    target character varying(64) DEFAULT ''::character varying NOT NULL,
    detail text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.bucket (
    id character varying(64) DEFAULT ''::character varying NOT NULL
);
CREATE TABLE public.channel (
    id uuid DEFAULT '01a225f0-a4a0-7032-a38e-207d35686d8f'::uuid NOT NULL,
    organization uuid NOT NULL,
    kind character varying(16) DEFAULT ''::character varying NOT NULL,
    name character varying(64) DEFAULT ''::character varying NOT NULL,
    config text DEFAULT ''::text NOT NULL,
    target character varying(64) DEFAULT ''::character varying NOT NULL,
    bucket character varying(64) DEFAULT ''::character varying NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    archived_at timestamp with time zone,
    "position" integer DEFAULT 0 NOT NULL,
    priority character varying(8) DEFAULT 'normal'::character varying NOT NULL,
    rate_limit_per_minute integer,
    template text DEFAULT ''::text NOT NULL,
    paused_until timestamp with time zone,
    stopped_at timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    failed_dispatch uuid,
    failing_since timestamp with time zone,
    announced_at timestamp with time zone,
    ok_at timestamp with time zone,
    error_at timestamp with time zone,
    error_code character varying(64) DEFAULT ''::character varying NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    hint text DEFAULT ''::text NOT NULL,
    facts text DEFAULT '{}'::text NOT NULL,
    tested_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.505365+00'::timestamp with time zone NOT NULL,
    updated_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.505393+00'::timestamp with time zone NOT NULL,
    fallback_after_seconds integer DEFAULT 600 NOT NULL,
    fallback_for uuid,
    blocked_until timestamp with time zone,
    on_when_tested boolean DEFAULT false NOT NULL
);
CREATE TABLE public.delivery (
    id uuid DEFAULT '01a225f0-a4cf-71f9-b41f-1f0aa36ba8b4'::uuid NOT NULL,
    organization uuid NOT NULL,
    message uuid,
    channel uuid NOT NULL,
    purpose character varying(8) DEFAULT 'new'::character varying NOT NULL,
    about uuid,
    state character varying(16) DEFAULT 'pending'::character varying NOT NULL,
    rank timestamp with time zone DEFAULT '2026-11-29 06:14:17.551993+00'::timestamp with time zone NOT NULL,
    due_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.552009+00'::timestamp with time zone NOT NULL,
    dispatch uuid,
    reason character varying(64) DEFAULT ''::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.552036+00'::timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    earlier text DEFAULT '[]'::text NOT NULL,
    replayed_at timestamp with time zone,
    template text
);
CREATE TABLE public.dispatch (
    id uuid DEFAULT '01a225f0-a4be-75b3-a317-29e30a35b76b'::uuid NOT NULL,
    organization uuid NOT NULL,
    channel uuid NOT NULL,
    kind character varying(8) DEFAULT 'single'::character varying NOT NULL,
    state character varying(16) DEFAULT 'sending'::character varying NOT NULL,
    reason character varying(64) DEFAULT ''::character varying NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    unknowns integer DEFAULT 0 NOT NULL,
    rendering character varying(16) DEFAULT 'normal'::character varying NOT NULL,
    accepted text DEFAULT '[]'::text NOT NULL,
    size integer DEFAULT 1 NOT NULL,
    lease_until timestamp with time zone,
    retry_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.535076+00'::timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    template text DEFAULT ''::text NOT NULL,
    refused text DEFAULT '[]'::text NOT NULL
);
CREATE TABLE public.form_version (
    id uuid DEFAULT '01a225f0-a55c-7391-b3af-356a7ceb78b6'::uuid NOT NULL,
    organization uuid NOT NULL,
    number integer DEFAULT 1 NOT NULL,
    form text DEFAULT '{}'::text NOT NULL,
    published_at timestamp with time zone,
    published_by character varying(254) DEFAULT ''::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.693326+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.instance (
    name character varying(32) DEFAULT ''::character varying NOT NULL,
    value text DEFAULT ''::text NOT NULL,
    at timestamp with time zone DEFAULT '2026-11-29 06:14:17.735895+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.message (
    id uuid DEFAULT '01a225f0-a4a7-76cb-9525-c682cb647656'::uuid NOT NULL,
    organization uuid NOT NULL,
    reference character varying(16) DEFAULT ''::character varying NOT NULL,
    shown_reference character varying(16) DEFAULT ''::character varying NOT NULL,
    submission_id character varying(64) DEFAULT ''::character varying NOT NULL,
    fingerprint character varying(64) DEFAULT ''::character varying NOT NULL,
    repeat_of uuid,
    repeats integer DEFAULT 1 NOT NULL,
    told_at timestamp with time zone,
    name character varying(64) DEFAULT ''::character varying NOT NULL,
    phone character varying(64) DEFAULT ''::character varying NOT NULL,
    email character varying(254) DEFAULT ''::character varying NOT NULL,
    content text DEFAULT ''::text NOT NULL,
    category character varying(64) DEFAULT ''::character varying NOT NULL,
    fields text DEFAULT '{}'::text NOT NULL,
    source character varying(32) DEFAULT 'web_chat'::character varying NOT NULL,
    page_url text DEFAULT ''::text NOT NULL,
    referrer text DEFAULT ''::text NOT NULL,
    ip character varying(64) DEFAULT ''::character varying NOT NULL,
    user_agent text DEFAULT ''::text NOT NULL,
    language character varying(64) DEFAULT ''::character varying NOT NULL,
    search text DEFAULT ''::text NOT NULL,
    status character varying(16) DEFAULT 'pending'::character varying NOT NULL,
    outcome character varying(16) DEFAULT ''::character varying NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    read_at timestamp with time zone,
    handled_at timestamp with time zone,
    handled_by character varying(254) DEFAULT ''::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.511963+00'::timestamp with time zone NOT NULL,
    external_id character varying(128) DEFAULT ''::character varying NOT NULL,
    consents text DEFAULT '[]'::text NOT NULL,
    form_version integer,
    labels text DEFAULT '{}'::text NOT NULL,
    spam_reason character varying(32) DEFAULT ''::character varying NOT NULL,
    solved character varying(4) DEFAULT ''::character varying NOT NULL,
    written text DEFAULT '{}'::text NOT NULL
);
CREATE TABLE public.migration (
    id integer NOT NULL,
    name character varying(200) DEFAULT ''::character varying NOT NULL,
    app_name character varying(200) DEFAULT ''::character varying NOT NULL,
    ran_on timestamp without time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);
CREATE SEQUENCE public.migration_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.migration_id_seq OWNED BY public.migration.id;
CREATE TABLE public.organization (
    id uuid DEFAULT '01a225f0-a493-71bc-b5d9-1fbad462cb75'::uuid NOT NULL,
    slug character varying(64) DEFAULT ''::character varying NOT NULL,
    name character varying(128) DEFAULT ''::character varying NOT NULL,
    locale character varying(16) DEFAULT 'zh-CN'::character varying NOT NULL,
    timezone character varying(64) DEFAULT 'Asia/Shanghai'::character varying NOT NULL,
    rate_limit_per_minute integer DEFAULT 10 NOT NULL,
    rate_limit_total_per_minute integer,
    dedup_window_seconds integer DEFAULT 600 NOT NULL,
    due_at timestamp with time zone,
    wakes bigint DEFAULT 0 NOT NULL,
    messages bigint DEFAULT 0 NOT NULL,
    setup_hash character varying(64) DEFAULT ''::character varying NOT NULL,
    setup_until timestamp with time zone,
    created_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.492006+00'::timestamp with time zone NOT NULL,
    blocked_words text DEFAULT ''::text NOT NULL,
    reply_hours integer,
    confirm_channel uuid,
    proof_of_work boolean DEFAULT true NOT NULL
);
CREATE TABLE public.presence_report (
    id uuid DEFAULT '01a225f0-a526-7330-bd9a-d07d61ed4a68'::uuid NOT NULL,
    organization uuid NOT NULL,
    source character varying(64) DEFAULT ''::character varying NOT NULL,
    who character varying(64) DEFAULT ''::character varying NOT NULL,
    name character varying(254) DEFAULT ''::character varying NOT NULL,
    online integer DEFAULT 0 NOT NULL,
    until timestamp with time zone DEFAULT '2026-11-29 06:14:17.63838+00'::timestamp with time zone NOT NULL,
    overloaded_until timestamp with time zone,
    at timestamp with time zone DEFAULT '2026-11-29 06:14:17.638405+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.presence_rule (
    id uuid DEFAULT '01a225f0-a52e-70e6-88bc-96d06fa1f7fa'::uuid NOT NULL,
    organization uuid NOT NULL,
    rule character varying(24) DEFAULT 'agents'::character varying NOT NULL,
    schedule text DEFAULT ''::text NOT NULL,
    override character varying(8) DEFAULT ''::character varying NOT NULL,
    override_until timestamp with time zone,
    override_by character varying(254) DEFAULT ''::character varying NOT NULL,
    updated_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.646861+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.remark (
    id uuid DEFAULT '01a225f0-a56f-76ba-9001-b30f59069264'::uuid NOT NULL,
    organization uuid NOT NULL,
    message uuid NOT NULL,
    author character varying(254) DEFAULT ''::character varying NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    visible boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.711939+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.session (
    id uuid DEFAULT '01a225f0-a4b8-70c8-b541-a958bb6805eb'::uuid NOT NULL,
    agent uuid NOT NULL,
    token_hash character varying(64) DEFAULT ''::character varying NOT NULL,
    address character varying(64) DEFAULT ''::character varying NOT NULL,
    user_agent character varying(512) DEFAULT ''::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.528414+00'::timestamp with time zone NOT NULL,
    seen_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.528433+00'::timestamp with time zone NOT NULL,
    expires_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.528446+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.template_version (
    id uuid DEFAULT '01a225f0-a50d-7419-9b9e-f58bbe7f2247'::uuid NOT NULL,
    organization uuid NOT NULL,
    channel uuid,
    kind character varying(16) DEFAULT ''::character varying NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    saved_by character varying(254) DEFAULT ''::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.614087+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.token (
    id uuid DEFAULT '01a225f0-a4b2-75ec-ae5b-3f3347288d49'::uuid NOT NULL,
    organization uuid NOT NULL,
    public_id character varying(32) DEFAULT ''::character varying NOT NULL,
    secret_hash character varying(64) DEFAULT ''::character varying NOT NULL,
    name character varying(64) DEFAULT ''::character varying NOT NULL,
    scopes character varying(256) DEFAULT ''::character varying NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    used_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.523101+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.trial (
    id uuid DEFAULT '01a225f0-a58e-75d5-bff9-36bb1fdf3871'::uuid NOT NULL,
    organization uuid NOT NULL,
    bucket character varying(64) DEFAULT ''::character varying NOT NULL,
    started_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.742322+00'::timestamp with time zone NOT NULL,
    blocks_until timestamp with time zone DEFAULT '2026-11-29 06:14:17.742342+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.widget (
    id uuid DEFAULT '01a225f0-a54b-76b8-a76a-853fa1333e6e'::uuid NOT NULL,
    organization uuid NOT NULL,
    embedding character varying(8) DEFAULT 'listed'::character varying NOT NULL,
    hosts text DEFAULT '[]'::text NOT NULL,
    label character varying(32) DEFAULT ''::character varying NOT NULL,
    label_en character varying(32) DEFAULT ''::character varying NOT NULL,
    side character varying(8) DEFAULT 'right'::character varying NOT NULL,
    accent character varying(8) DEFAULT ''::character varying NOT NULL,
    theme character varying(8) DEFAULT 'auto'::character varying NOT NULL,
    show character varying(8) DEFAULT 'offline'::character varying NOT NULL,
    online character varying(8) DEFAULT 'hide'::character varying NOT NULL,
    chat_link text DEFAULT ''::text NOT NULL,
    phone character varying(32) DEFAULT ''::character varying NOT NULL,
    email character varying(254) DEFAULT ''::character varying NOT NULL,
    context text DEFAULT '[]'::text NOT NULL,
    identity text DEFAULT ''::text NOT NULL,
    updated_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.675767+00'::timestamp with time zone NOT NULL
);
CREATE TABLE public.widget_host (
    id uuid DEFAULT '01a225f0-a545-7368-9416-e526360401fd'::uuid NOT NULL,
    organization uuid NOT NULL,
    origin character varying(255) DEFAULT ''::character varying NOT NULL,
    minutes integer DEFAULT 1 NOT NULL,
    first_at timestamp with time zone DEFAULT '2026-11-29 06:14:17.669823+00'::timestamp with time zone NOT NULL,
    at timestamp with time zone DEFAULT '2026-11-29 06:14:17.669838+00'::timestamp with time zone NOT NULL
);
ALTER TABLE ONLY public.migration ALTER COLUMN id SET DEFAULT nextval('public.migration_id_seq'::regclass);
INSERT INTO public.agent VALUES ('01a225f0-a635-72db-9b20-6942b585c037', '01a225f0-a5af-7746-82ed-b26d65250f2e', 'owner@shop.example', 'owner', 'owner', '$argon2id$v=19$m=32768,t=3,p=1$5LaYzOhEjEjmqpqQ4PR+mQ$Htj85moFZmA9LckuxTbOiVFjplRp6GaONV6DpnhEU3s', '', NULL, '2026-11-29 06:14:17.909646+00');
INSERT INTO public.attempt VALUES ('01a225f0-a692-77a7-bc0c-d73e99259b16', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a656-7248-bd21-cf22bb071505', '622997bfba9d2453ae1acbc13d9cb824', '01a225f0-a692-77a7-bc0c-d73d339c4300', 1, '2026-11-29 06:14:17.988055+00', '2026-11-29 06:14:18.076744+00', '2026-11-29 06:14:18.076744+00', 'retry', 'connect_failed', '', 'No connection to the server. Check address and port; a firewall may be in the way.', '{"stage":"connect"}', NULL, 43, '');
INSERT INTO public.attempt VALUES ('01a225f0-a68f-779b-807f-d714929756bd', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a645-73ef-95df-a4252fa231f6', '2f5cddb81347e7bd5f69ed1c378cb750', '01a225f0-a68f-779b-807f-d7136ba9dee8', 1, '2026-11-29 06:14:17.988055+00', '2026-11-29 06:14:18.089051+00', '2026-11-29 06:14:18.089051+00', 'retry', 'dns_failed', '', 'The server''s name is not found. Check it for typing errors.', '{}', NULL, 62, '');
INSERT INTO public.attempt VALUES ('01a225f0-a68f-779b-807f-d716fe944333', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a645-73ef-95df-a4252fa231f6', '2f5cddb81347e7bd5f69ed1c378cb750', '01a225f0-a68f-779b-807f-d715368f595d', 1, '2026-11-29 06:14:17.988055+00', '2026-11-29 06:14:18.089051+00', '2026-11-29 06:14:18.089051+00', 'retry', 'dns_failed', '', 'The server''s name is not found. Check it for typing errors.', '{}', NULL, 64, '');
INSERT INTO public.attempt VALUES ('01a225f0-a691-75fb-b101-ff56f97c9112', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a64f-7752-aaea-7135288e7e28', 'c3249ee7e400d1666a1b5126faaa01d9', '01a225f0-a691-75fb-b101-ff556284b7a4', 1, '2026-11-29 06:14:17.988055+00', '2026-11-29 06:14:18.089051+00', '2026-11-29 06:14:18.089051+00', 'retry', 'connect_failed', '', 'No connection to the server. Check address and port; a firewall may be in the way.', '{}', NULL, 62, '');
INSERT INTO public.attempt VALUES ('01a225f0-a691-75fb-b101-ff5423014b1e', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a64f-7752-aaea-7135288e7e28', 'c3249ee7e400d1666a1b5126faaa01d9', '01a225f0-a691-75fb-b101-ff53fd076953', 1, '2026-11-29 06:14:17.988055+00', '2026-11-29 06:14:18.089051+00', '2026-11-29 06:14:18.089051+00', 'retry', 'connect_failed', '', 'No connection to the server. Check address and port; a firewall may be in the way.', '{}', NULL, 64, '');
INSERT INTO public.attempt VALUES ('01a225f0-a692-77a7-bc0c-d73c23d470be', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a656-7248-bd21-cf22bb071505', '622997bfba9d2453ae1acbc13d9cb824', '01a225f0-a692-77a7-bc0c-d73b19d13441', 1, '2026-11-29 06:14:17.988055+00', '2026-11-29 06:14:18.089051+00', '2026-11-29 06:14:18.089051+00', 'retry', 'connect_failed', '', 'No connection to the server. Check address and port; a firewall may be in the way.', '{"stage":"connect"}', NULL, 62, '');
INSERT INTO public.audit VALUES ('01a225f0-a649-7669-93ba-310b411d192c', '01a225f0-a5af-7746-82ed-b26d65250f2e', '2026-11-29 06:14:17.929578+00', 'owner@shop.example', 'channel.added', '01a225f0-a645-73ef-95df-a4252fa231f6', 'wecom');
INSERT INTO public.audit VALUES ('01a225f0-a650-77ee-8f8d-b1cec86babcb', '01a225f0-a5af-7746-82ed-b26d65250f2e', '2026-11-29 06:14:17.936956+00', 'owner@shop.example', 'channel.added', '01a225f0-a64f-7752-aaea-7135288e7e28', 'custom');
INSERT INTO public.audit VALUES ('01a225f0-a658-770a-8bc4-c070027d3f56', '01a225f0-a5af-7746-82ed-b26d65250f2e', '2026-11-29 06:14:17.944658+00', 'owner@shop.example', 'channel.added', '01a225f0-a656-7248-bd21-cf22bb071505', 'email');
INSERT INTO public.audit VALUES ('01a225f0-b055-7095-8972-b80e7e12e907', '01a225f0-a5af-7746-82ed-b26d65250f2e', '2026-11-29 06:14:20.501876+00', 'owner@shop.example', 'message.handled', '01a225f0-a66b-73a5-a9b6-af01c10d8e6f', '');
INSERT INTO public.audit VALUES ('01a225f0-b073-7155-8c08-d420a0d5f9f6', '01a225f0-a5af-7746-82ed-b26d65250f2e', '2026-11-29 06:14:20.531248+00', 'owner@shop.example', 'message.replied', '01a225f0-a660-7010-abf2-9ba7ca31edb6', '');
INSERT INTO public.audit VALUES ('01a225f0-b086-70b6-8915-c5367ca03736', '01a225f0-a5af-7746-82ed-b26d65250f2e', '2026-11-29 06:14:20.550669+00', 'owner@shop.example', 'form.field_added', '01a225f0-a5af-7746-82ed-b26d65250f2e', 'text');
INSERT INTO public.audit VALUES ('01a225f0-b08b-7116-ada5-1eda5c3db501', '01a225f0-a5af-7746-82ed-b26d65250f2e', '2026-11-29 06:14:20.555905+00', 'owner@shop.example', 'form.published', '01a225f0-a5af-7746-82ed-b26d65250f2e', '1');
INSERT INTO public.audit VALUES ('01a225f0-b090-745a-b115-ba5fcbdb57b9', '01a225f0-a5af-7746-82ed-b26d65250f2e', '2026-11-29 06:14:20.560772+00', 'owner@shop.example', 'presence.rule', '01a225f0-a5af-7746-82ed-b26d65250f2e', 'hours');
INSERT INTO public.audit VALUES ('01a225f0-b095-7243-a3f4-fa4ed5410c19', '01a225f0-a5af-7746-82ed-b26d65250f2e', '2026-11-29 06:14:20.565282+00', 'owner', 'presence.online', '01a225f0-a635-72db-9b20-6942b585c037', '');
INSERT INTO public.audit VALUES ('01a225f0-b09a-7075-ba54-2e89a57adf09', '01a225f0-a5af-7746-82ed-b26d65250f2e', '2026-11-29 06:14:20.570209+00', 'owner@shop.example', 'widget.changed', '01a225f0-a5af-7746-82ed-b26d65250f2e', 'hosts');
INSERT INTO public.audit VALUES ('01a225f0-b0a1-73e1-903a-688f5ced29a4', '01a225f0-a5af-7746-82ed-b26d65250f2e', '2026-11-29 06:14:20.577937+00', 'owner@shop.example', 'template.saved', 'wecom', '');
INSERT INTO public.bucket VALUES ('2f5cddb81347e7bd5f69ed1c378cb750');
INSERT INTO public.bucket VALUES ('622997bfba9d2453ae1acbc13d9cb824');
INSERT INTO public.channel VALUES ('01a225f0-a645-73ef-95df-a4252fa231f6', '01a225f0-a5af-7746-82ed-b26d65250f2e', 'wecom', '企业微信 · 销售群', 'gAAAAABrC8K5--B1u0178brXnnIDGSVcliZSlCEvTwkWtYx-G3Aa0xDif-hA8yiVKmDRwo7e7d3cq-lGrv9FMApauFmPmHul-sSNvVg_ManaYxydWEbwgZGvwYAkYrRBu1aVBzYpcP6X6aKDHoJej404mS8LreX0DtOtGLq77AU2rIGG2mAyRIte1gxDpUgRktV99Up0IfxBo5HpvV7lTZDp9T1LG0mhFrcICNuxGKTysCZ2iTYzv0dORSlA48HD9Vb-tIPUM_tkFZyAut-rltRsbatCldEI5xcCa4KhMqZggkA1ALwaPHNOII1wgH8THULHGsHYTOelEDRTi5DPRNYW1ZlutbmvbrUK-wrcM_OCFcltbXibbS0HuxLJHcvsStg0RVoidZUh_86LtQDUV_KlZjx3wAqMMc5yhoW3Gdi60XNc8_pb96k=', 'a2ac6dd35aec020f999cd9170e6e809d', '2f5cddb81347e7bd5f69ed1c378cb750', true, NULL, 0, 'normal', NULL, '', NULL, NULL, 2, '01a225f0-a68f-779b-807f-d715368f595d', '2026-11-29 06:14:18.089051+00', NULL, NULL, '2026-11-29 06:14:18.089051+00', 'dns_failed', '', 'The server''s name is not found. Check it for typing errors.', '{}', NULL, '2026-11-29 06:14:17.921954+00', '2026-11-29 06:14:17.921954+00', 600, NULL, NULL, false);
INSERT INTO public.channel VALUES ('01a225f0-a64f-7752-aaea-7135288e7e28', '01a225f0-a5af-7746-82ed-b26d65250f2e', 'custom', 'CRM', 'gAAAAABrC8K5eHz6Fnx2k8Dtz-VVCQrj0X8Y1pstxzVL3neO5Uhekk5jKpOIeb71rgUu38lj4eyl5vLVE2D0HibKqYrPgDgDxUhEGSqCNnV-_SiE2e1GnRV55v82jmbH1kVauETqNwh8wE7z1z2g-tDvi4Xz9BYZs3aWIogo79PAC7CCF-9t7bUhMpx7_2yfdHRLVpU1ndQGYbvfFQqrPrt191umSyMMOGtqKFa83rAwR2ZJPC9rGxPpG6FnZAyZXZ5ScefhtV_Ia8wMKAZqE6ggU6ucBxhWpF1G_1uRKBpN-wy8KeQCxTbDMB9JcoOOLr9ubNc6eU_3sr3GmhfJUgDNyiyJUsMSVE1miA6gq8tiH1uoakRyGtT8omqFc9PGObjDMTDYcNp-1J30RXzaOUM9qYP6HnPtzQ_Bxqj74_oaHCQg8DzJ5Uw=', 'd0d79d696692bc6ebda9e192a56d9c8d', 'c3249ee7e400d1666a1b5126faaa01d9', true, NULL, 1, 'normal', NULL, '', NULL, NULL, 2, '01a225f0-a691-75fb-b101-ff53fd076953', '2026-11-29 06:14:18.089051+00', NULL, NULL, '2026-11-29 06:14:18.089051+00', 'connect_failed', '', 'No connection to the server. Check address and port; a firewall may be in the way.', '{}', NULL, '2026-11-29 06:14:17.933282+00', '2026-11-29 06:14:17.933282+00', 600, NULL, NULL, false);
INSERT INTO public.channel VALUES ('01a225f0-a656-7248-bd21-cf22bb071505', '01a225f0-a5af-7746-82ed-b26d65250f2e', 'email', '', 'gAAAAABrC8K5DQH2OEL1QAtH_DaouFl95QmManpYyjwly9JqM3bWQFyozzI_o9lMVA4DQ8aSsRaoMCk5Dmh945QeM68fEUqMQlSeg9b_OLqqdfVOmsDtWTEJCASm0lV7NS-JtnVYAMkFahSe82cXtcFxaAvC3OBCD_WWDj4BSKdbIAP5ZzI-BRuOT2GGYK29MZIXDMKirhoMTEz79lFWWxS66JATTuN-EcazBTSHkPX-ndGn0mP4loWS4tiBQ0DXe4-fQd45I8fNRaV5I7rBjguV0LadyR2y3c7sB-gHVYOe4c8LwvCdLnQcUkm-ukgHfbTrc3dNtHyNErtAhH6nXZGRmAPnkDivS_3cgNDrULX8SB8HxNQUFS4b1vD4k38J6QNU5bExGEP_FYit-ovcRXZXzB-WWVHL2HbSziAQTnpm64hDYiLy6wQ=', '6a0b5b351817a54e81ec960e308d9bbc', '622997bfba9d2453ae1acbc13d9cb824', true, NULL, 2, 'normal', NULL, '', NULL, NULL, 2, '01a225f0-a692-77a7-bc0c-d73b19d13441', '2026-11-29 06:14:18.076744+00', NULL, NULL, '2026-11-29 06:14:18.089051+00', 'connect_failed', '', 'No connection to the server. Check address and port; a firewall may be in the way.', '{"stage":"connect"}', NULL, '2026-11-29 06:14:17.9399+00', '2026-11-29 06:14:17.9399+00', 600, NULL, NULL, false);
INSERT INTO public.delivery VALUES ('01a225f0-a673-713e-b71a-d66da261d97b', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a660-7010-abf2-9ba7ca31edb6', '01a225f0-a645-73ef-95df-a4252fa231f6', 'repeat', NULL, 'pending', '2026-11-29 06:24:17.948259+00', '2026-11-29 06:24:17.948259+00', NULL, '', '2026-11-29 06:14:17.96888+00', NULL, '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a225f0-a673-713e-b71a-d66e5f36389b', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a660-7010-abf2-9ba7ca31edb6', '01a225f0-a64f-7752-aaea-7135288e7e28', 'repeat', NULL, 'pending', '2026-11-29 06:24:17.948259+00', '2026-11-29 06:24:17.948259+00', NULL, '', '2026-11-29 06:14:17.96888+00', NULL, '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a225f0-a673-713e-b71a-d66f8b41f9e5', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a660-7010-abf2-9ba7ca31edb6', '01a225f0-a656-7248-bd21-cf22bb071505', 'repeat', NULL, 'pending', '2026-11-29 06:24:17.948259+00', '2026-11-29 06:24:17.948259+00', NULL, '', '2026-11-29 06:14:17.96888+00', NULL, '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a225f0-a661-703e-a82e-d9c88d20d024', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a660-7010-abf2-9ba7ca31edb6', '01a225f0-a645-73ef-95df-a4252fa231f6', 'new', NULL, 'sending', '2026-11-29 06:14:17.948259+00', '2026-11-29 06:14:17.948259+00', '01a225f0-a68f-779b-807f-d7136ba9dee8', '', '2026-11-29 06:14:17.948259+00', NULL, '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a225f0-a661-703e-a82e-d9c976841820', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a660-7010-abf2-9ba7ca31edb6', '01a225f0-a64f-7752-aaea-7135288e7e28', 'new', NULL, 'sending', '2026-11-29 06:14:17.948259+00', '2026-11-29 06:14:17.948259+00', '01a225f0-a691-75fb-b101-ff53fd076953', '', '2026-11-29 06:14:17.948259+00', NULL, '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a225f0-a661-703e-a82e-d9ca545e9666', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a660-7010-abf2-9ba7ca31edb6', '01a225f0-a656-7248-bd21-cf22bb071505', 'new', NULL, 'sending', '2026-11-29 06:14:17.948259+00', '2026-11-29 06:14:17.948259+00', '01a225f0-a692-77a7-bc0c-d73b19d13441', '', '2026-11-29 06:14:17.948259+00', NULL, '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a225f0-a66b-73a5-a9b6-af026776e05c', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a66b-73a5-a9b6-af01c10d8e6f', '01a225f0-a645-73ef-95df-a4252fa231f6', 'new', NULL, 'cancelled', '2026-11-29 06:14:17.961864+00', '2026-11-29 06:14:17.961864+00', '01a225f0-a68f-779b-807f-d715368f595d', 'handled', '2026-11-29 06:14:17.961864+00', '2026-11-29 06:14:20.492261+00', '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a225f0-a66b-73a5-a9b6-af036df9ebb4', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a66b-73a5-a9b6-af01c10d8e6f', '01a225f0-a64f-7752-aaea-7135288e7e28', 'new', NULL, 'cancelled', '2026-11-29 06:14:17.961864+00', '2026-11-29 06:14:17.961864+00', '01a225f0-a691-75fb-b101-ff556284b7a4', 'handled', '2026-11-29 06:14:17.961864+00', '2026-11-29 06:14:20.492261+00', '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a225f0-a66b-73a5-a9b6-af048e875e14', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a66b-73a5-a9b6-af01c10d8e6f', '01a225f0-a656-7248-bd21-cf22bb071505', 'new', NULL, 'cancelled', '2026-11-29 06:14:17.961864+00', '2026-11-29 06:14:17.961864+00', '01a225f0-a692-77a7-bc0c-d73d339c4300', 'handled', '2026-11-29 06:14:17.961864+00', '2026-11-29 06:14:20.492261+00', '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a225f0-b07b-759f-a74d-632a9e954d58', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a660-7010-abf2-9ba7ca31edb6', '01a225f0-a645-73ef-95df-a4252fa231f6', 'more', NULL, 'pending', '2026-11-29 06:14:20.53472+00', '2026-11-29 06:14:20.53472+00', NULL, '', '2026-11-29 06:14:20.53472+00', NULL, '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a225f0-b07b-759f-a74d-632b566952fc', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a660-7010-abf2-9ba7ca31edb6', '01a225f0-a64f-7752-aaea-7135288e7e28', 'more', NULL, 'pending', '2026-11-29 06:14:20.53472+00', '2026-11-29 06:14:20.53472+00', NULL, '', '2026-11-29 06:14:20.53472+00', NULL, '[]', NULL, NULL);
INSERT INTO public.delivery VALUES ('01a225f0-b07b-759f-a74d-632c1024d83d', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a660-7010-abf2-9ba7ca31edb6', '01a225f0-a656-7248-bd21-cf22bb071505', 'more', NULL, 'pending', '2026-11-29 06:14:20.53472+00', '2026-11-29 06:14:20.53472+00', NULL, '', '2026-11-29 06:14:20.53472+00', NULL, '[]', NULL, NULL);
INSERT INTO public.dispatch VALUES ('01a225f0-a68f-779b-807f-d7136ba9dee8', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a645-73ef-95df-a4252fa231f6', 'single', 'retry', '', 1, 1, 0, 'normal', '[]', 1, '2026-11-29 06:14:47.988055+00', '2026-11-29 06:14:22.248149+00', '2026-11-29 06:14:17.988055+00', NULL, '', '[]');
INSERT INTO public.dispatch VALUES ('01a225f0-a691-75fb-b101-ff53fd076953', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a64f-7752-aaea-7135288e7e28', 'single', 'retry', '', 1, 1, 0, 'normal', '[]', 1, '2026-11-29 06:14:52.988055+00', '2026-11-29 06:14:22.985486+00', '2026-11-29 06:14:17.988055+00', NULL, '', '[]');
INSERT INTO public.dispatch VALUES ('01a225f0-a692-77a7-bc0c-d73b19d13441', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a656-7248-bd21-cf22bb071505', 'single', 'retry', '', 1, 1, 0, 'normal', '[]', 1, '2026-11-29 06:15:07.988055+00', '2026-11-29 06:14:23.42722+00', '2026-11-29 06:14:17.988055+00', NULL, '', '[]');
INSERT INTO public.dispatch VALUES ('01a225f0-a692-77a7-bc0c-d73d339c4300', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a656-7248-bd21-cf22bb071505', 'single', 'cancelled', 'handled', 1, 1, 0, 'normal', '[]', 1, '2026-11-29 06:15:07.988055+00', NULL, '2026-11-29 06:14:17.988055+00', '2026-11-29 06:14:20.492261+00', '', '[]');
INSERT INTO public.dispatch VALUES ('01a225f0-a68f-779b-807f-d715368f595d', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a645-73ef-95df-a4252fa231f6', 'single', 'cancelled', 'handled', 1, 1, 0, 'normal', '[]', 1, '2026-11-29 06:14:47.988055+00', NULL, '2026-11-29 06:14:17.988055+00', '2026-11-29 06:14:20.492261+00', '', '[]');
INSERT INTO public.dispatch VALUES ('01a225f0-a691-75fb-b101-ff556284b7a4', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a64f-7752-aaea-7135288e7e28', 'single', 'cancelled', 'handled', 1, 1, 0, 'normal', '[]', 1, '2026-11-29 06:14:52.988055+00', NULL, '2026-11-29 06:14:17.988055+00', '2026-11-29 06:14:20.492261+00', '', '[]');
INSERT INTO public.form_version VALUES ('01a225f0-b082-7087-b054-447b67e5df70', '01a225f0-a5af-7746-82ed-b26d65250f2e', 1, '{"fields":[{"key":"content","kind":"textarea","label":{"zh-CN":"留言内容","en":"Your message"},"required":true},{"key":"category","kind":"select","label":{"zh-CN":"问题类型","en":"What is it about?"},"choices":[{"value":"产品咨询","en":"Product enquiry"},{"value":"售后服务","en":"After-sales"},{"value":"投诉与建议","en":"Complaints and suggestions"},{"value":"其他","en":"Other"}],"in_list":true},{"key":"name","kind":"text","label":{"zh-CN":"您的称呼","en":"Your name"},"prefill":"name","in_list":true,"personal":true},{"key":"phone","kind":"phone","label":{"zh-CN":"电话","en":"Phone"},"group":"contact","prefill":"phone","in_list":true,"personal":true},{"key":"email","kind":"email","label":{"zh-CN":"邮箱","en":"Email"},"group":"contact","prefill":"email","in_list":true,"personal":true},{"key":"text","kind":"text","label":{"zh-CN":"文本","en":"Text"}}],"groups":[{"key":"contact","label":{"zh-CN":"联系方式","en":"How can we reach you?"},"at_least":1,"error":{}}]}', '2026-11-29 06:14:20.554502+00', 'owner@shop.example', '2026-11-29 06:14:20.547069+00');
INSERT INTO public.instance VALUES ('secret_key', '7271c38a89148cc308ae5867d2ee7a5b', '2026-11-29 06:14:20.582146+00');
INSERT INTO public.instance VALUES ('worker', '{"boot":"01d957de-adb5-4929-8c34-0cb3b8a06bac","up":34352.583808268}', '2026-11-29 06:14:20.585013+00');
INSERT INTO public.message VALUES ('01a225f0-a672-723e-ad5f-bbde315650ed', '01a225f0-a5af-7746-82ed-b26d65250f2e', 'LM-5W7K1X', 'LM-5W7K1X', 's-2', 'ef7578253e0a3dab350f740a0f903fb9', '01a225f0-a660-7010-abf2-9ba7ca31edb6', 1, NULL, '王五', '13800138002', 'v2@example.com', '我想咨询一下产品价格', '产品咨询', '{}', 'web_chat', 'https://shop.example/', '', '192.0.2.10', 'Mozilla/5.0', '', 'lm-5w7k1x
王五
13800138002
v2@example.com
我想咨询一下产品价格
产品咨询
13800138002', 'pending', '', '', NULL, NULL, '', '2026-11-29 06:14:17.96888+00', '', '[]', NULL, '{}', '', '', '{}');
INSERT INTO public.message VALUES ('01a225f0-a680-7334-b5bd-1d2d6eab962b', '01a225f0-a5af-7746-82ed-b26d65250f2e', 'LM-TK9BCP', 'LM-TK9BCP', 's-9', '7c539c948ab49a8a9e7a0e6b5caf649c', NULL, 1, NULL, 'x', '13900139000', '', 'buy now http://spam.example', '', '{}', 'web_chat', '', '', '', '', '', 'lm-tk9bcp
x
13900139000
buy now http://spam.example
13900139000', 'spam', '', '', NULL, NULL, '', '2026-11-29 06:14:17.981558+00', '', '[]', NULL, '{}', 'links', '', '{}');
INSERT INTO public.message VALUES ('01a225f0-a66b-73a5-a9b6-af01c10d8e6f', '01a225f0-a5af-7746-82ed-b26d65250f2e', 'LM-DPHBGA', 'LM-DPHBGA', 's-1', '05415a83256229049564f05ec411da8b', NULL, 1, '2026-11-29 06:14:17.961864+00', '李四', '13800138001', 'v1@example.com', '订单三天没有发货', '产品咨询', '{}', 'web_chat', 'https://shop.example/', '', '192.0.2.10', 'Mozilla/5.0', '', 'lm-dphbga
李四
13800138001
v1@example.com
订单三天没有发货
产品咨询
13800138001', 'handled', 'email', '已回电', '2026-11-29 06:14:20.492261+00', '2026-11-29 06:14:20.492261+00', 'owner@shop.example', '2026-11-29 06:14:17.961864+00', '', '[]', NULL, '{}', '', '', '{}');
INSERT INTO public.message VALUES ('01a225f0-a660-7010-abf2-9ba7ca31edb6', '01a225f0-a5af-7746-82ed-b26d65250f2e', 'LM-CJ7ZZ8', 'LM-CJ7ZZ8', 's-0', 'ef7578253e0a3dab350f740a0f903fb9', NULL, 2, '2026-11-29 06:14:17.948259+00', '张三', '13800138000', 'v0@example.com', '我想咨询一下产品价格', '产品咨询', '{}', 'web_chat', 'https://shop.example/', '', '192.0.2.10', 'Mozilla/5.0', '', 'lm-cj7zz8
张三
13800138000
v0@example.com
我想咨询一下产品价格
产品咨询
13800138000', 'pending', '', '', NULL, NULL, '', '2026-11-29 06:14:17.948259+00', '', '[]', NULL, '{}', '', '', '{}');
INSERT INTO public.migration VALUES (1, '2026-11-22T15:00:00:000000', 'app', '2026-11-29 06:14:17.55723');
INSERT INTO public.migration VALUES (2, '2026-11-22T15:20:00:000000', 'app', '2026-11-29 06:14:17.610022');
INSERT INTO public.migration VALUES (3, '2026-11-22T15:52:00:831200', 'app', '2026-11-29 06:14:17.625966');
INSERT INTO public.migration VALUES (4, '2026-11-22T15:53:00:000000', 'app', '2026-11-29 06:14:17.630724');
INSERT INTO public.migration VALUES (5, '2026-11-22T16:05:12:601990', 'app', '2026-11-29 06:14:17.655734');
INSERT INTO public.migration VALUES (6, '2026-11-22T16:06:00:000000', 'app', '2026-11-29 06:14:17.659834');
INSERT INTO public.migration VALUES (7, '2026-11-22T16:20:00:000000', 'app', '2026-11-29 06:14:17.664826');
INSERT INTO public.migration VALUES (8, '2026-11-22T16:22:20:949176', 'app', '2026-11-29 06:14:17.684433');
INSERT INTO public.migration VALUES (9, '2026-11-22T16:23:00:000000', 'app', '2026-11-29 06:14:17.689853');
INSERT INTO public.migration VALUES (10, '2026-11-22T16:29:52:859542', 'app', '2026-11-29 06:14:17.705484');
INSERT INTO public.migration VALUES (11, '2026-11-22T16:30:00:000000', 'app', '2026-11-29 06:14:17.708026');
INSERT INTO public.migration VALUES (12, '2026-11-22T16:31:41:220017', 'app', '2026-11-29 06:14:17.719352');
INSERT INTO public.migration VALUES (13, '2026-11-22T16:50:00:000000', 'app', '2026-11-29 06:14:17.721901');
INSERT INTO public.migration VALUES (14, '2026-11-22T17:02:50:397360', 'app', '2026-11-29 06:14:17.724129');
INSERT INTO public.migration VALUES (15, '2026-11-22T17:03:00:000000', 'app', '2026-11-29 06:14:17.726503');
INSERT INTO public.migration VALUES (16, '2026-11-22T18:34:25:025473', 'app', '2026-11-29 06:14:17.728185');
INSERT INTO public.migration VALUES (17, '2026-11-22T18:40:00:000000', 'app', '2026-11-29 06:14:17.730439');
INSERT INTO public.migration VALUES (18, '2026-11-22T19:39:54:935899', 'app', '2026-11-29 06:14:17.733342');
INSERT INTO public.migration VALUES (19, '2026-11-22T23:00:00:000000', 'app', '2026-11-29 06:14:17.73459');
INSERT INTO public.migration VALUES (20, '2026-11-28T20:59:28:730490', 'app', '2026-11-29 06:14:17.739664');
INSERT INTO public.migration VALUES (21, '2026-11-28T21:03:13:845044', 'app', '2026-11-29 06:14:17.747137');
INSERT INTO public.migration VALUES (22, '2026-11-28T21:04:00:000000', 'app', '2026-11-29 06:14:17.752962');
INSERT INTO public.migration VALUES (23, '2026-11-28T21:20:00:000000', 'app', '2026-11-29 06:14:17.757362');
INSERT INTO public.migration VALUES (24, '2026-11-28T21:22:00:000000', 'app', '2026-11-29 06:14:17.759973');
INSERT INTO public.migration VALUES (25, '2026-11-28T22:54:24:821877', 'app', '2026-11-29 06:14:17.763359');
INSERT INTO public.organization VALUES ('01a225f0-a5af-7746-82ed-b26d65250f2e', 'default', 'Leavemsg', 'zh-CN', 'Asia/Shanghai', 10, NULL, 600, '2026-11-29 06:14:20.49213+00', 15, 4, '', NULL, '2026-11-29 06:14:17.775585+00', '', NULL, NULL, true);
INSERT INTO public.presence_report VALUES ('01a225f0-b094-7271-bc8d-8af0c174b16b', '01a225f0-a5af-7746-82ed-b26d65250f2e', 'console', '01a225f0-a635-72db-9b20-6942b585c037', 'owner', 1, '2026-11-29 06:15:50.562583+00', NULL, '2026-11-29 06:14:20.562583+00');
INSERT INTO public.presence_rule VALUES ('01a225f0-b08e-756f-9271-8ae9592335d3', '01a225f0-a5af-7746-82ed-b26d65250f2e', 'hours', '', '', NULL, '', '2026-11-29 06:14:20.558365+00');
INSERT INTO public.remark VALUES ('01a225f0-b071-76d4-9244-af35eab841f8', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a660-7010-abf2-9ba7ca31edb6', 'owner@shop.example', '马上给您回电', true, '2026-11-29 06:14:20.529352+00');
INSERT INTO public.remark VALUES ('01a225f0-b078-706b-96c0-1df2052ef79c', '01a225f0-a5af-7746-82ed-b26d65250f2e', '01a225f0-a660-7010-abf2-9ba7ca31edb6', '', '补充：要十台', true, '2026-11-29 06:14:20.53472+00');
INSERT INTO public.session VALUES ('01a225f0-a63a-72aa-801d-c03f2e2ed8ba', '01a225f0-a635-72db-9b20-6942b585c037', 'da0f9562472a992762fe3201c82175108cb06aa30c474e0506b3fc9f9b0248bb', '127.0.0.1', 'Mozilla/5.0', '2026-11-29 06:14:17.914458+00', '2026-11-29 06:14:17.914458+00', '2026-12-06 06:14:17.914458+00');
INSERT INTO public.template_version VALUES ('01a225f0-b0a0-7068-9d31-378a30b5fc9e', '01a225f0-a5af-7746-82ed-b26d65250f2e', NULL, 'wecom', '{{ message.content }}', 'owner@shop.example', '2026-11-29 06:14:20.576896+00');
INSERT INTO public.token VALUES ('01a225f0-a63d-7084-abf1-bdbf2258fec4', '01a225f0-a5af-7746-82ed-b26d65250f2e', 'o6v44s7dfqoe', '427550c62b947cfb26ffc88e8fd58b63ea1cb169acfe8ac1aa92a5a8829888a9', 'quick-start', 'messages:read messages:write config:read config:write channels:test deliveries:replay presence:write submit', '2027-02-27 06:14:17.917903+00', NULL, NULL, '2026-11-29 06:14:17.918003+00');
INSERT INTO public.trial VALUES ('df8a5278-b980-4232-8c2e-3ec533277d8f', '01a225f0-a5af-7746-82ed-b26d65250f2e', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', '2026-11-29 06:14:20.58651+00', '2026-11-29 06:14:20.58651+00');
INSERT INTO public.widget VALUES ('01a225f0-b098-7609-9424-3612eb6e02d3', '01a225f0-a5af-7746-82ed-b26d65250f2e', 'listed', '["https://shop.example"]', '', '', 'right', '#4558d0', 'auto', 'offline', 'hide', '', '', '', '[]', '', '2026-11-29 06:14:20.568102+00');
INSERT INTO public.widget_host VALUES ('01a225f0-b09d-77e4-a54e-5b8fc2164c4c', '01a225f0-a5af-7746-82ed-b26d65250f2e', 'https://shop.example', 1, '2026-11-29 06:14:20.572347+00', '2026-11-29 06:14:20.572347+00');
SELECT pg_catalog.setval('public.migration_id_seq', 25, true);
ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_email_key UNIQUE (email);
ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.bucket
    ADD CONSTRAINT bucket_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channel
    ADD CONSTRAINT channel_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.form_version
    ADD CONSTRAINT form_version_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.instance
    ADD CONSTRAINT instance_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.organization
    ADD CONSTRAINT organization_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.organization
    ADD CONSTRAINT organization_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.presence_report
    ADD CONSTRAINT presence_report_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.presence_rule
    ADD CONSTRAINT presence_rule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.remark
    ADD CONSTRAINT remark_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.template_version
    ADD CONSTRAINT template_version_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_public_id_key UNIQUE (public_id);
ALTER TABLE ONLY public.trial
    ADD CONSTRAINT trial_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.widget_host
    ADD CONSTRAINT widget_host_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.widget
    ADD CONSTRAINT widget_pkey PRIMARY KEY (id);
CREATE INDEX agent_of ON public.agent USING btree (organization);
CREATE INDEX attempt_bucket ON public.attempt USING btree (bucket, blocks_until);
CREATE INDEX attempt_by_channel ON public.attempt USING btree (channel, started_at);
CREATE INDEX attempt_dispatch ON public.attempt USING btree (dispatch, number);
CREATE INDEX attempt_places ON public.attempt USING btree (organization, blocks_until);
CREATE INDEX attempt_tests ON public.attempt USING btree (organization, id) WHERE (dispatch IS NULL);
CREATE INDEX audit_newest ON public.audit USING btree (organization, at);
CREATE INDEX audit_target ON public.audit USING btree (organization, target);
CREATE INDEX channel_bucket ON public.channel USING btree (bucket);
CREATE INDEX channel_fallback ON public.channel USING btree (fallback_for) WHERE (fallback_for IS NOT NULL);
CREATE INDEX channel_of ON public.channel USING btree (organization, "position");
CREATE INDEX delivery_by_state ON public.delivery USING btree (organization, state, id);
CREATE INDEX delivery_confirmed ON public.delivery USING btree (organization, created_at) WHERE ((purpose)::text = 'confirm'::text);
CREATE INDEX delivery_dispatch ON public.delivery USING btree (dispatch);
CREATE INDEX delivery_due ON public.delivery USING btree (organization, due_at) WHERE ((state)::text = 'pending'::text);
CREATE INDEX delivery_flood ON public.delivery USING btree (organization) WHERE ((purpose)::text = 'flood'::text);
CREATE INDEX delivery_newest ON public.delivery USING btree (organization, id);
CREATE INDEX delivery_of_channel ON public.delivery USING btree (channel, id);
CREATE UNIQUE INDEX delivery_owed ON public.delivery USING btree (message, channel, purpose);
CREATE INDEX delivery_replayed ON public.delivery USING btree (organization, channel) WHERE ((replayed_at IS NOT NULL) AND ((state)::text = 'pending'::text));
CREATE INDEX delivery_waiting ON public.delivery USING btree (channel, rank, id) WHERE ((state)::text = 'pending'::text);
CREATE INDEX dispatch_by_channel ON public.dispatch USING btree (channel, created_at);
CREATE INDEX dispatch_open ON public.dispatch USING btree (organization) WHERE ((state)::text = ANY ((ARRAY['sending'::character varying, 'retry'::character varying])::text[]));
CREATE UNIQUE INDEX form_version_of ON public.form_version USING btree (organization, number);
CREATE INDEX message_by_status ON public.message USING btree (organization, status, id);
CREATE INDEX message_newest ON public.message USING btree (organization, id);
CREATE UNIQUE INDEX message_reference ON public.message USING btree (organization, reference);
CREATE INDEX message_repeats ON public.message USING btree (repeat_of) WHERE (repeat_of IS NOT NULL);
CREATE INDEX message_same ON public.message USING btree (organization, fingerprint, told_at) WHERE (repeat_of IS NULL);
CREATE UNIQUE INDEX message_submission ON public.message USING btree (organization, submission_id);
CREATE INDEX message_text ON public.message USING btree (organization, fingerprint, created_at);
CREATE INDEX message_unread ON public.message USING btree (organization) WHERE (read_at IS NULL);
CREATE INDEX organization_due ON public.organization USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE UNIQUE INDEX presence_report_of ON public.presence_report USING btree (organization, source, who);
CREATE UNIQUE INDEX presence_rule_of ON public.presence_rule USING btree (organization);
CREATE INDEX remark_of ON public.remark USING btree (message, id);
CREATE INDEX session_of ON public.session USING btree (agent);
CREATE INDEX template_version_of ON public.template_version USING btree (organization, kind, id);
CREATE INDEX token_of ON public.token USING btree (organization);
CREATE INDEX trial_bucket ON public.trial USING btree (bucket, blocks_until);
CREATE UNIQUE INDEX widget_host_of ON public.widget_host USING btree (organization, origin);
CREATE UNIQUE INDEX widget_of ON public.widget USING btree (organization);
ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_channel_fkey FOREIGN KEY (channel) REFERENCES public.channel(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.channel
    ADD CONSTRAINT channel_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_channel_fkey FOREIGN KEY (channel) REFERENCES public.channel(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_message_fkey FOREIGN KEY (message) REFERENCES public.message(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_channel_fkey FOREIGN KEY (channel) REFERENCES public.channel(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.form_version
    ADD CONSTRAINT form_version_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.presence_report
    ADD CONSTRAINT presence_report_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.presence_rule
    ADD CONSTRAINT presence_rule_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.remark
    ADD CONSTRAINT remark_message_fkey FOREIGN KEY (message) REFERENCES public.message(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.remark
    ADD CONSTRAINT remark_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_agent_fkey FOREIGN KEY (agent) REFERENCES public.agent(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.template_version
    ADD CONSTRAINT template_version_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.trial
    ADD CONSTRAINT trial_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.widget_host
    ADD CONSTRAINT widget_host_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.widget
    ADD CONSTRAINT widget_organization_fkey FOREIGN KEY (organization) REFERENCES public.organization(id) ON UPDATE CASCADE ON DELETE CASCADE;
