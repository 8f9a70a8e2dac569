using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using Fairlead.Configuration;

namespace Fairlead.Console.Commands;

/// <summary>The flags of <c>fairlead proxy</c> and the configuration they stand for.</summary>
internal sealed class ProxyFlags
{
    private readonly Option<string[]> _listen = new("--listen", "-l") { HelpName = "address", Description = "Where clients connect, such as 0.0.0.0:6188, :80 or unix:/run/fairlead.sock; may be given again.", Required = true };
    private readonly Option<string[]> _to = new("--to") { HelpName = "backend", Description = "A backend, such as 10.0.0.1:80 or app.example:443,weight=3; may be given again.", Required = true };
    private readonly Option<string?> _policy = new("--policy") { HelpName = "name", Description = "round-robin (the default), random, source-ip-hash or ketama." };
    private readonly Option<string?> _key = new("--key") { HelpName = "source", Description = "What ketama hashes: client-ip (the default), \"header NAME\", \"cookie NAME\", \"query NAME\", path or uri." };
    private readonly Option<bool> _tls = new("--tls") { Description = "Speak TLS to the backends." };
    private readonly Option<string?> _sni = new("--sni") { HelpName = "name", Description = "The server name to ask for and to verify; otherwise each backend's own. Implies --tls." };
    private readonly Option<string?> _ca = new("--ca") { HelpName = "file", Description = "Trust the certificates in this PEM file instead of the system's. Implies --tls." };
    private readonly Option<bool> _insecure = new("--insecure") { Description = "Do not verify the backends' certificates. Implies --tls." };
    private readonly Option<string[]> _setHeader = new("--set-header") { HelpName = "\"Name: value\"", Description = "Set a field of each request; may be given again." };
    private readonly Option<string?> _retry = new("--retry") { HelpName = "attempts", Description = "How often a request is tried in all, or off; 2 by default." };
    private readonly Option<string?> _health = new("--health") { HelpName = "tcp|http", Description = "Check the backends." };
    private readonly Option<string?> _healthPath = new("--health-path") { HelpName = "path", Description = "What an HTTP check asks for; / by default." };
    private readonly Option<string?> _every = new("--every") { HelpName = "duration", Description = "How often to check, such as 1s." };
    private readonly Option<string?> _accessLog = new("--access-log") { HelpName = "text|json|off", Description = "The format of the access log on standard output; text by default." };
    private readonly Option<string?> _drainLimit = new("--drain-limit") { HelpName = "duration", Description = "How long a graceful stop may take; 30s by default." };

    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "No banner and no health changes on standard error." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _listen, _to, _policy, _key, _tls, _sni, _ca, _insecure, _setHeader, _retry, _health, _healthPath, _every, _accessLog, _drainLimit, Quiet })
            command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_health) is not (null or "tcp" or "http"))
                result.AddError($"--health: '{result.GetValue(_health)}' is not tcp or http.");
            if (result.GetValue(_health) is null && (result.GetValue(_every) ?? result.GetValue(_healthPath)) is not null)
                result.AddError("--every and --health-path belong to a health check; add --health tcp or --health http.");
            if (result.GetValue(_health) is "tcp" && result.GetValue(_healthPath) is not null)
                result.AddError("--health-path belongs to an HTTP check; write --health http.");
            if (result.GetValue(_key) is not null && result.GetValue(_policy) is not "ketama")
                result.AddError("--key is what ketama hashes; add --policy ketama.");
            foreach (var field in result.GetValue(_setHeader) ?? [])
            {
                if (!field.Contains(':'))
                    result.AddError($"--set-header: '{field}' has no colon; write \"Name: value\".");
            }
        });
    }

    /// <summary>The tree. Line n of a place is <paramref name="flags"/>[n − 1].</summary>
    public ConfigNode TreeOf(ParseResult arguments, string upstream, List<string> flags)
    {
        var root = new List<(string, ConfigNode)>
        {
            ("listeners", TreeBuilder.List([.. Values(_listen).Select(static bind => TreeBuilder.Map(("bind", bind)))])),
            ("upstreams", TreeBuilder.Map((upstream, Upstream()))),
            ("routes", TreeBuilder.List(Route())),
        };
        Add(root, "access-log", _accessLog);
        Add(root, "drain-limit", _drainLimit);
        return TreeBuilder.Map([.. root]);

        ConfigNode Upstream()
        {
            var entries = new List<(string, ConfigNode)> { ("backends", TreeBuilder.List(Values(_to))) };
            if (arguments.GetValue(_key) is not null)
                entries.Add(("policy", TreeBuilder.Map(("ketama", TreeBuilder.Map(("key", Value(_key)!))))));
            else
                Add(entries, "policy", _policy);
            if (Retry() is { } retry)
                entries.Add(("retry", retry));
            if (arguments.GetValue(_tls) || arguments.GetValue(_insecure) || (arguments.GetValue(_sni) ?? arguments.GetValue(_ca)) is not null)
                entries.Add(("tls", Tls()));
            if (arguments.GetValue(_health) is { } check)
                entries.Add(("health", Health(check)));
            return TreeBuilder.Map([.. entries]);
        }

        ConfigNode? Retry() => arguments.GetValue(_retry) is null or "on" or "off" ? Value(_retry) : TreeBuilder.Map(("attempts", Value(_retry)!));

        ConfigNode Tls()
        {
            var entries = new List<(string, ConfigNode)>();
            Add(entries, "sni", _sni);
            Add(entries, "ca", _ca);
            if (arguments.GetValue(_insecure))
                entries.Add(("verify", TreeBuilder.Text("false", Flag(_insecure))));
            return TreeBuilder.Map([.. entries]);
        }

        ConfigNode Health(string check)
        {
            var path = new List<(string, ConfigNode)>();
            Add(path, "path", _healthPath);
            var entries = new List<(string, ConfigNode)> { (check, TreeBuilder.Map([.. path])) };
            Add(entries, "every", _every);
            return TreeBuilder.Map([.. entries]);
        }

        ConfigNode Route()
        {
            var entries = new List<(string, ConfigNode)> { ("to", TreeBuilder.Text(upstream)) };
            var fields = new List<(string, ConfigNode)>();
            foreach (var field in arguments.GetValue(_setHeader) ?? [])
            {
                var colon = field.IndexOf(':', StringComparison.Ordinal);
                fields.Add((field[..colon], TreeBuilder.Text(field[(colon + 1)..].Trim(' ', '\t'), Flag(_setHeader))));
            }

            if (fields.Count > 0)
                entries.Add(("request-headers", TreeBuilder.Map(("set", TreeBuilder.Map([.. fields])))));
            return TreeBuilder.Map([.. entries]);
        }

        int Flag(Option option)
        {
            flags.Add(option.Name);
            return flags.Count;
        }

        ConfigNode? Value(Option<string?> option) => arguments.GetValue(option) is { } text ? TreeBuilder.Text(text, Flag(option)) : null;

        ConfigNode[] Values(Option<string[]> option) => [.. (arguments.GetValue(option) ?? []).Select(text => TreeBuilder.Text(text, Flag(option)))];

        void Add(List<(string, ConfigNode)> entries, string key, Option<string?> option)
        {
            if (Value(option) is { } value)
                entries.Add((key, value));
        }
    }
}
