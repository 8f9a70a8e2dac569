using System.Collections.Generic;
using System.CommandLine;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Console.Commands;
using Fairlead.Console.Yaml;

namespace Fairlead.Shell.Tests.Console;

public class ProxyFlagsTests
{
    [Fact]
    public void Flags_mean_what_a_file_means() => Assert.Equal(
        Settings("""
            listeners: [ { bind: "0.0.0.0:6188" }, { bind: "unix:/run/x.sock" } ]
            upstreams:
              default:
                policy: { ketama: { key: header x-user } }
                backends: [ "a.example:443", "b.example:443,weight=3" ]
                retry: { attempts: 3 }
                tls: { sni: example.com, verify: false }
                health: { http: { path: /healthz }, every: 1s }
            routes:
              - to: default
                request-headers: { set: { Host: example.com, X-Empty: "" } }
            access-log: json
            drain-limit: 5s
            """),
        SettingsOf(
            "--listen", "0.0.0.0:6188", "--listen", "unix:/run/x.sock", "--to", "a.example:443", "--to", "b.example:443,weight=3", "--policy", "ketama", "--key", "header x-user",
            "--retry", "3", "--sni", "example.com", "--insecure", "--health", "http", "--health-path", "/healthz", "--every", "1s",
            "--set-header", "Host: example.com", "--set-header", "X-Empty:", "--access-log", "json", "--drain-limit", "5s"));

    [Fact]
    public void The_least_flags_mean_the_least_file() => Assert.Equal(
        Settings("""
            listeners: [ { bind: ":80" } ]
            upstreams: { default: { backends: [ "10.0.0.1:80" ], retry: off, tls: {} } }
            routes: [ { to: default } ]
            """),
        SettingsOf("--listen", ":80", "--to", "10.0.0.1:80", "--retry", "off", "--tls"));

    [Fact]
    public async Task Every_fault_is_told_with_its_flag()
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(2, await terminal.RunAsync(
            "proxy", "--listen", "80", "--to", "a:80", "--to", "b", "--policy", "rond-robin", "--health", "tcp", "--every", "1", "--set-header", "Connection: close"));
        Assert.Equal(
            """
            fairlead: --listen: FL0207: '80' is not an address to listen on such as 127.0.0.1:6188, [::]:443, :80 or unix:/run/fairlead.sock; write :80 for every IPv4 address, or 127.0.0.1:80
            fairlead: --to: FL0206: 'b' is not the address of a backend such as 10.0.0.1:8080, [fd00::1]:80, app.example:443 or unix:/run/app.sock; the port is missing: b:80
            fairlead: --policy: FL0205: 'rond-robin' is not one of round-robin, random, power-of-two, least-requests, peak-ewma, first, source-ip-hash, nginx-ip-hash, hash, ketama, rendezvous, maglev, jump-hash; did you mean 'round-robin'?
            fairlead: --every: FL0201: '1' is not a duration such as 250ms, 5s or 1m30s; say the unit: 1s
            fairlead: --set-header: FL0214: Connection belongs to one connection, not to the message, and is the proxy's own on each side; leave it out

            """,
            terminal.Error);
    }

    [Theory]
    [InlineData("fairlead: --key is what ketama hashes; add --policy ketama.", "--key", "uri")]
    [InlineData("fairlead: --every and --health-path belong to a health check; add --health tcp or --health http.", "--every", "1s")]
    [InlineData("fairlead: --health-path belongs to an HTTP check; write --health http.", "--health", "tcp", "--health-path", "/")]
    [InlineData("fairlead: --health: 'udp' is not tcp or http.", "--health", "udp")]
    [InlineData("fairlead: --set-header: 'Host' has no colon; write \"Name: value\".", "--set-header", "Host")]
    public async Task Flags_that_do_not_fit_together_are_a_wrong_call(string told, params string[] more)
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(2, await terminal.RunAsync(["proxy", "--listen", ":80", "--to", "a:80", .. more]));
        Assert.StartsWith(told + "\n", terminal.Error, System.StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_checks_its_address_in_the_same_way()
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(2, await terminal.RunAsync("demo", "--listen", "here"));
        Assert.StartsWith("fairlead: --listen: FL0207: 'here' is not an address to listen on", terminal.Error, System.StringComparison.Ordinal);
    }

    private static ProxySettings SettingsOf(params string[] arguments)
    {
        var flags = new ProxyFlags();
        var command = new Command("proxy");
        flags.AddTo(command);
        var parsed = command.Parse(arguments);
        Assert.Empty(parsed.Errors);
        return Read(flags.TreeOf(parsed, "default", new List<string>()));
    }

    private static ProxySettings Settings(string text) => Read(YamlTree.Read(text).Root.IfNone(static () => throw new Xunit.Sdk.XunitException("broken")));

    private static ProxySettings Read(ConfigNode node) => SettingsReader.Read(node).Match(
        Succ: static settings => settings,
        Fail: static faults => throw new Xunit.Sdk.XunitException(string.Join('\n', faults)));
}
