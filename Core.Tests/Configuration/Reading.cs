using System.Linq;
using Fairlead.Configuration;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Tests.Configuration;

/// <summary>What tests of the readers ask again and again.</summary>
internal static class Reading
{
    public static ProxySettings Settings(string text) => SettingsReader.Read(BlockText.Parse(text)).Match(
        Succ: static settings => settings,
        Fail: static faults => throw new Xunit.Sdk.XunitException(string.Join('\n', faults)));

    /// <summary>Every fault on its own line, or <c>ok</c>.</summary>
    public static string Faults(string text, params (string Name, string Value)[] variables) =>
        SettingsReader.Read(BlockText.Parse(text), toHashMap(variables.Select(static v => (v.Name, v.Value)))).Match(
            Succ: static _ => "ok",
            Fail: static faults => string.Join('\n', faults));

    /// <summary>A configuration whose only upstream has these lines in addition (already indented by four).</summary>
    public static string WithUpstream(string lines) => $$"""
        listeners: [ { bind: 127.0.0.1:1 } ]
        routes: [ { to: a } ]
        upstreams:
          a:
            backends: [ "10.0.0.1:80" ]
            {{lines}}
        """;

    /// <summary>A configuration whose only route has this in addition.</summary>
    public static string WithRoute(string entries) => $$"""
        listeners: [ { bind: 127.0.0.1:1 } ]
        upstreams: { a: { backends: [ "10.0.0.1:80" ] } }
        routes: [ { to: a, {{entries}} } ]
        """;

    /// <summary>A configuration with one line more at the top level.</summary>
    public static string WithRoot(string line) => $$"""
        listeners: [ { bind: 127.0.0.1:1 } ]
        upstreams: { a: { backends: [ "10.0.0.1:80" ] } }
        routes: [ { to: a } ]
        {{line}}
        """;
}
