// The one icon set: 24-unit grid, 1.75 stroke, the text's color. Decorative: the word stands beside it.
import type { ReactNode } from "react";

type IconProps = { size?: number; className?: string };

function icon(shapes: ReactNode) {
  // biome-ignore lint/correctness/noComponentHookFactories: called at module level only, once for each icon
  return function Icon({ size = 20, className }: IconProps) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.75"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        className={className}
      >
        {shapes}
      </svg>
    );
  };
}

export const CheckIcon = /* @__PURE__ */ icon(<path d="m5 12.5 4.5 4.5L19 7.5" />);
export const CrossIcon = /* @__PURE__ */ icon(<path d="M6 6l12 12M18 6 6 18" />);
export const PlusIcon = /* @__PURE__ */ icon(<path d="M12 5v14M5 12h14" />);
export const ChevronDownIcon = /* @__PURE__ */ icon(<path d="m6 9.5 6 6 6-6" />);
export const ArrowUpIcon = /* @__PURE__ */ icon(<path d="M12 19V5m-6 6 6-6 6 6" />);
export const ArrowDownIcon = /* @__PURE__ */ icon(<path d="M12 5v14m-6-6 6 6 6-6" />);
export const MoreIcon = /* @__PURE__ */ icon(
  <g fill="currentColor" stroke="none">
    <circle cx="5" cy="12" r="1.6" />
    <circle cx="12" cy="12" r="1.6" />
    <circle cx="19" cy="12" r="1.6" />
  </g>,
);
export const MicIcon = /* @__PURE__ */ icon(
  <>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
  </>,
);
export const MicOffIcon = /* @__PURE__ */ icon(
  <path d="M15 9.5V6a3 3 0 0 0-5.7-1.3M9 9v2a3 3 0 0 0 4.6 2.5M5.5 11.5a6.5 6.5 0 0 0 10.6 5M18.4 13a6.6 6.6 0 0 0 .1-1.5M12 18v3M4 4l16 16" />,
);
export const SpeakerIcon = /* @__PURE__ */ icon(
  <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11" />,
);
export const HeadphonesIcon = /* @__PURE__ */ icon(
  <path d="M4 15v-2a8 8 0 0 1 16 0v2M4 15a2 2 0 0 1 2-2h1v6H6a2 2 0 0 1-2-2zM20 15a2 2 0 0 0-2-2h-1v6h1a2 2 0 0 0 2-2z" />,
);
export const RepeatIcon = /* @__PURE__ */ icon(
  <path d="M4 12a8 8 0 0 1 13.7-5.6L20 8.5M20 4v4.5h-4.5M20 12a8 8 0 0 1-13.7 5.6L4 15.5M4 20v-4.5h4.5" />,
);
export const PauseIcon = /* @__PURE__ */ icon(<path d="M9 6v12M15 6v12" />);
export const PlayIcon = /* @__PURE__ */ icon(<path d="M8 5.5v13l10.5-6.5z" />);
export const StopIcon = /* @__PURE__ */ icon(<rect x="6.5" y="6.5" width="11" height="11" rx="1.5" />);
export const KeyboardIcon = /* @__PURE__ */ icon(
  <>
    <rect x="3" y="6" width="18" height="12" rx="2" />
    <path d="M7 10h.01M11 10h.01M15 10h.01M7 14h10M18 10h.01" />
  </>,
);
export const ClockIcon = /* @__PURE__ */ icon(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7.5V12l3 2" />
  </>,
);
export const WarnIcon = /* @__PURE__ */ icon(<path d="M12 4 2.8 19.5h18.4zM12 10v4.5M12 17.2v.01" />);
export const InfoIcon = /* @__PURE__ */ icon(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 11v5M12 8v.01" />
  </>,
);
export const OfflineIcon = /* @__PURE__ */ icon(
  <path d="M4 4l16 16M8.8 13.2a5 5 0 0 1 4.7-1.2M5.6 10a9.5 9.5 0 0 1 3.6-2.2M12.5 7a9.6 9.6 0 0 1 5.9 3M12 17.5v.01" />,
);
export const DownloadIcon = /* @__PURE__ */ icon(<path d="M12 4v11m-5-5 5 5 5-5M5 20h14" />);
export const CopyIcon = /* @__PURE__ */ icon(
  <>
    <rect x="9" y="9" width="11" height="11" rx="2" />
    <path d="M15 9V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h3" />
  </>,
);
export const TrashIcon = /* @__PURE__ */ icon(
  <path d="M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10.5 11v5M13.5 11v5" />,
);
export const LinkIcon = /* @__PURE__ */ icon(
  <path d="M10 14a4 4 0 0 0 6 .4l3-3A4.1 4.1 0 0 0 13.2 5.6l-1.2 1.2M14 10a4 4 0 0 0-6-.4l-3 3a4.1 4.1 0 0 0 5.8 5.8l1.2-1.2" />,
);
export const SettingsIcon = /* @__PURE__ */ icon(
  <path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z" />,
);
export const HomeIcon = /* @__PURE__ */ icon(<path d="M4 11.5 12 5l8 6.5V20h-5.5v-5h-5v5H4z" />);
export const BriefcaseIcon = /* @__PURE__ */ icon(
  <>
    <rect x="3.5" y="8" width="17" height="11.5" rx="2" />
    <path d="M9 8V5.5h6V8M3.5 13h17" />
  </>,
);
export const PeopleIcon = /* @__PURE__ */ icon(
  <path d="M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 5a3.5 3.5 0 0 1 0 6.5M18 14.5a6.5 6.5 0 0 1 3.5 5.5" />,
);
