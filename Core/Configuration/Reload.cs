using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration;

/// <summary>What a running proxy can take over of new settings. Everything can be, except what was bound or opened at its start.</summary>
public static class Reload
{
    /// <summary>The keys that differ and take effect with the next start only.</summary>
    public static Seq<string> NeedsRestart(ProxySettings running, ProxySettings wanted) =>
        Seq(
            ("listeners", running.Listeners == wanted.Listeners),
            ("access-log", running.AccessLog == wanted.AccessLog),
            ("drain-limit", running.DrainLimit == wanted.DrainLimit))
        .Filter(static key => !key.Item2)
        .Map(static key => key.Item1)
        .Strict();
}
