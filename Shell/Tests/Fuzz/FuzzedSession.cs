using System;
using System.Collections.Generic;
using System.IO.Hashing;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Http;
using Fairlead.Properties.Fuzz;
using Fairlead.Proxy.Sessions;
using Fairlead.Proxy.Transports;
using Fairlead.Resilience;
using Fairlead.Shell.Tests.Harness;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Fairlead.Shell.Tests.Fuzz;

/// <summary>
/// Whole client connections through the real session, with memory instead of sockets. Afterwards three accounts must agree: what the client's bytes say to a strict reader, what
/// the proxy believes it sent, and what backends saw. The number of a request is put on it by a hook, so that no client can forge it: a request without one is a smuggled one. One
/// stream in sixteen comes over TLS, and as many go to backends over TLS; CONNECT leads to one target.
/// </summary>
internal sealed class SessionFuzzer : IDisposable
{
    private const int BackendConnections = 6;
    private const int SecuredConnections = 2;                        // a handshake each
    private const ulong OneIsSecuredOf = 16;

    /// <summary>Every way to write the one target (RFC 3986 §3.2.2, §3.2.3).</summary>
    private static readonly Regex Allowed = new(@"\Aa\.test:0*80\z", RegexOptions.IgnoreCase);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ListenerBinding _listener = ListenerBinding.Bind(new ListenerAddress.Tcp(IPAddress.Loopback, 0), null);
    private readonly TestCertificates _certificates = new();
    private readonly ListenerBinding _securedListener;
    private readonly SslServerAuthenticationOptions _backendTls;
    private readonly TlsClient _tlsClient;
    private readonly EchoTarget _target = new();
    private readonly ServiceRuntime _runtime = new(static () => { });
    private readonly FuzzHooks _hooks;
    private Exception? _bug;

    public SessionFuzzer()
    {
        var issued = _certificates.Server("a.test");
        _securedListener = ListenerBinding.Bind(new ListenerAddress.Tcp(IPAddress.Loopback, 0), ServerCertificate.Load(issued.CertificateFile, issued.KeyFile));
        _backendTls = new SslServerAuthenticationOptions { ServerCertificate = issued.Certificate };
        _tlsClient = TlsClient.Of(new UpstreamTls("a.test", Verify: true, default, _certificates.AuthorityFile, None));
        _hooks = new FuzzHooks(_target.Address);
        _runtime.ReportBug = bug => _bug = bug;
        _runtime.Options = new SessionOptions(ClientTimeouts.Default, LimitSettings.Default, default, ForwardingFields.XForwarded, allowsConnect: true);
    }

    /// <summary>Requests that reached a backend whole, in all sessions.</summary>
    public long Executed { get; private set; }

    /// <summary>Responses that clients read, in all sessions.</summary>
    public long Answered { get; private set; }

    /// <summary>Bytes that went through tunnels and back, in all sessions.</summary>
    public long Tunnelled { get; private set; }

    /// <summary>Tunnels that CONNECT opened, in all sessions.</summary>
    public long Connected { get; private set; }

    /// <summary>Responses and tunnels of sessions in which the client, and those in which the backends came over TLS.</summary>
    public (long ToClients, long FromBackends) Secured { get; private set; }

    public void Dispose()
    {
        _listener.Dispose();
        _securedListener.Dispose();
        _target.Dispose();
        _certificates.Dispose();
    }

    /// <summary>Null when every account agrees; otherwise what does not.</summary>
    public async Task<string?> BrokenAsync(byte[] stream)
    {
        var dice = Dice.Of(stream);
        var mangled = new System.Collections.Generic.HashSet<string>();
        var origins = Enumerable.Range(0, BackendConnections).Select(number => new FuzzOrigin(new Dice((ulong)dice.Below(int.MaxValue) + (ulong)number), mangled)).ToList();
        var form = XxHash64.HashToUInt64(stream) % OneIsSecuredOf;
        var (securesClient, securesBackends) = (form == 0, form == 1);
        var bridges = new List<TlsBridge>();
        var pool = _runtime.Pools.Of(_hooks.Peer);
        foreach (var origin in origins.Take(securesBackends ? SecuredConnections : BackendConnections))
        {
            Transport transport = origin.Transport;
            if (securesBackends)
            {
                (var bridge, transport) = await TlsBridge.ForBackendAsync(origin.Transport, _backendTls, _tlsClient);
                bridges.Add(bridge);
            }

            pool.Opened();
            pool.Return(new UpstreamConnection(transport, pool));
        }

        _hooks.Begin();
        _target.Take();
        var answered = Answered + Connected;
        var answers = new StringBuilder();
        var client = new MemoryTransport { Sent = text => answers.Append(text) };
        var text = Encoding.Latin1.GetString(stream);
        if (securesClient)
            bridges.Add(TlsBridge.ForClient(client));
        var session = new HttpSession<Unit>(
            _hooks, _runtime, securesClient ? _securedListener : _listener, new Accepted(securesClient ? bridges[^1].Near : client, IPAddress.Loopback, 1)).RunAsync();
        for (var at = 0; at < text.Length;)
        {
            var length = dice.OneIn(2) ? text.Length - at : 1 + dice.Below(text.Length - at);
            client.Arrive(text.Substring(at, length));
            at += length;
        }

        client.End();
        try
        {
            await session.WaitAsync(Patience);
            pool.CloseIdle();
            await Task.WhenAll(bridges.Select(static bridge => bridge.Ended)).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            return session.IsCompleted ? "what was sent over TLS does not come through" : "the session does not end";
        }

        var broken = _bug is { } bug ? bug.ToString()
            : !client.IsCut ? "the client connection was left open"
            : _hooks.Bug is { } failed ? failed.ToString()
            : Disagreement(text, answers.ToString(), origins, mangled);
        answered = Answered + Connected - answered;
        Secured = (Secured.ToClients + (securesClient ? answered : 0), Secured.FromBackends + (securesBackends ? answered : 0));
        return broken;
    }

    private string? Disagreement(string text, string answers, List<FuzzOrigin> origins, System.Collections.Generic.HashSet<string> mangled)
    {
        var asked = Requests(text);
        var seen = new Dictionary<string, SeenRequest>();
        foreach (var origin in origins)
        {
            if (origin.Nonsense is { } nonsense)
                return "a backend was sent what is no request: " + nonsense;
            foreach (var request in origin.Seen)
            {
                if (request.Message.All("X-Fuzz-Id") is not [var id] || !_hooks.Believed.ContainsKey(id) || !seen.TryAdd(id, request))
                    return "a backend saw a request that the proxy did not send: " + request.Message.First;
            }
        }

        foreach (var (id, request) in seen)
        {
            var (exchange, believed) = (_hooks.Believed[id].Exchange, _hooks.Believed[id].Line);
            if (believed != $"{request.Message.Method} {request.Message.Target}")
                return $"the proxy believes it sent '{believed}', the backend saw '{request.Message.First}'";
            if (exchange >= asked.Count)
                return $"request {exchange} was forwarded, but a strict reader finds only {asked.Count}";
            var (original, isWhole) = asked[exchange];
            if (original.Method != request.Message.Method || (IsPlain(original.Target) && original.Target != request.Message.Target))
                return $"request {exchange} was '{original.First}', the backend saw '{request.Message.First}'";
            if (!request.IsWhole)
                continue;
            Executed++;
            if (exchange < _hooks.Ended.Count && _hooks.Ended[exchange].Status == 101)
                continue;                                            // its bytes are the tunnel's
            if (!isWhole || original.Body != request.Message.Body || (exchange < _hooks.Ended.Count && _hooks.Ended[exchange].BodyBytes != request.Message.Body.Length))
                return $"request {exchange} reached the backend with another body: '{request.Message.Body}' instead of '{original.Body}'";
        }

        return Answers(text, answers, asked, origins, mangled);
    }

    /// <summary>One response for each exchange that says it had one, in order, whole unless the exchange says why not.</summary>
    private string? Answers(string sent, string text, List<(StrictMessage Message, bool IsWhole)> asked, List<FuzzOrigin> origins, System.Collections.Generic.HashSet<string> mangled)
    {
        var at = 0;
        for (var exchange = 0; exchange < _hooks.Ended.Count; exchange++)
        {
            var (status, outcome, method, last, _) = _hooks.Ended[exchange];
            if (status == 0)
                continue;
            if (status == 200 && method == "CONNECT")
                return Target(exchange, sent, text, at, asked);
            if (status == 101)
                return Tunnel(exchange, sent, text, at, asked, origins.Single(origin => origin.TunnelId == last), mangled.Contains(last));
            var (found, response) = Final(text, at, toHead: method == "HEAD");
            if (found == Found.Head && method.Length == 0 && exchange < asked.Count && asked[exchange].Message.Method == "HEAD")
                (found, response) = Final(text, at, toHead: true);   // refused, and so not loaded
            if (found != Found.Message)
                return outcome != Outcome.None && found != Found.Wrong && exchange == _hooks.Ended.Count - 1 ? null : $"exchange {exchange} says {status} ({outcome}), the client got {found}: {text[at..]}";
            if (response!.Status != status)
                return $"exchange {exchange} says {status}, the client got {response.First}";
            if (status == 200 && outcome == Outcome.None && method != "HEAD" && !mangled.Contains(last) && !response.Body.StartsWith(last + " ", StringComparison.Ordinal))
                return $"exchange {exchange} was answered for another: {response.Body}";
            at = response.End;
            Answered++;
        }

        while (_hooks.Ended is [.., { Status: 0 }] && StrictReader.Response(text, at, toHead: false) is { Found: Found.Message, Message: { Status: < 200 } informational })
            at = informational.End;                                  // relayed before the client was gone
        return at == text.Length ? null : $"more than {_hooks.Ended.Count} answers: {text[at..]}";
    }

    /// <summary>After a 101 there is no HTTP any more: what the client sent behind its request reached that backend, and came back, to the last byte.</summary>
    private string? Tunnel(int exchange, string sent, string text, int at, List<(StrictMessage Message, bool IsWhole)> asked, FuzzOrigin origin, bool isMangled)
    {
        var (found, response) = StrictReader.Response(text, at, toHead: false);
        while (found == Found.Message && response!.Status < 101)
            (found, response) = StrictReader.Response(text, response.End, toHead: false);
        if (found != Found.Message || response!.Status != 101)
            return $"exchange {exchange} became a tunnel, the client got {found}: {text[at..]}";
        if (exchange != _hooks.Ended.Count - 1 || exchange >= asked.Count)
            return $"exchange {exchange} became a tunnel, and there was another after it";
        if (isMangled)
            return null;                                             // the backend ended while the tunnel began
        var behind = sent[asked[exchange].Message.End..];
        if (origin.Tunnelled != behind || text[response.End..] != behind || _hooks.Ended[exchange].BodyBytes != behind.Length)
            return $"a tunnel was sent '{behind}', the backend got '{origin.Tunnelled}', and the client got back '{text[response.End..]}'";
        Tunnelled += behind.Length;
        return null;
    }

    /// <summary>After CONNECT was granted: the same, with the target that is allowed and no other.</summary>
    private string? Target(int exchange, string sent, string text, int at, List<(StrictMessage Message, bool IsWhole)> asked)
    {
        const string granted = "HTTP/1.1 200 OK\r\n\r\n";
        if (exchange != _hooks.Ended.Count - 1 || exchange >= asked.Count || !Allowed.IsMatch(asked[exchange].Message.Target))
            return $"exchange {exchange} was connected to the target, which it did not ask for as the last";
        var behind = sent[asked[exchange].Message.End..];
        var received = _target.Take();
        if (received != behind || text[at..] != granted + behind || _hooks.Ended[exchange].BodyBytes != behind.Length)
            return $"the target was sent '{behind}', it got '{received}', and the client got back '{text[at..]}'";
        Connected++;
        Tunnelled += behind.Length;
        return null;
    }

    private static (Found Found, StrictMessage? Message) Final(string text, int at, bool toHead)
    {
        var read = StrictReader.Response(text, at, toHead);
        while (read is { Found: Found.Message, Message: { Status: < 200 } informational })
            read = StrictReader.Response(text, informational.End, toHead);
        return read;
    }

    private static bool IsPlain(string target) => target.StartsWith('/') && !target.Contains("/.", StringComparison.Ordinal) && !target.Contains("%2", StringComparison.Ordinal);

    private static List<(StrictMessage Message, bool IsWhole)> Requests(string text)
    {
        var all = new List<(StrictMessage Message, bool IsWhole)>();
        for (var at = 0; at < text.Length;)
        {
            var (found, message) = StrictReader.Request(text, at);
            if (message is not null)
                all.Add((message, found == Found.Message));
            if (found != Found.Message)
                return all;
            at = message!.End;
        }

        return all;
    }
}
