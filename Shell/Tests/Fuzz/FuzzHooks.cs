using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Threading.Tasks;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Proxy;
using Fairlead.Resilience;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Shell.Tests.Fuzz;

/// <summary>Forwards everything to one peer, but CONNECT to its one target, and keeps what it believes.</summary>
internal sealed class FuzzHooks(BackendAddress target) : ProxyHttp<Unit>
{
    private static readonly Seq<ConnectTarget> Targets = ConnectTarget.Parse("a.test:80").ToSeq();

    private readonly HttpPeer _target = new(target);
    private int _next;

    public HttpPeer Peer { get; } = new(new BackendAddress.UnixPath("/nonexistent/fairlead.sock"));

    public Dictionary<string, (int Exchange, string Line)> Believed { get; } = [];

    public List<(int Status, Outcome Outcome, string Method, string Last, long BodyBytes)> Ended { get; } = [];

    public Exception? Bug { get; private set; }

    private string _last = "";

    public void Begin()
    {
        Believed.Clear();
        Ended.Clear();
        _last = "";
    }

    public override Unit NewContext() => default;

    public override async ValueTask<bool> RequestFilter(Session session, Unit context)
    {
        if (session.Request.Head.Kind != MethodKind.Connect || ConnectTarget.Choose(session.Request.AuthorityBytes, Targets).IsSome)
            return false;
        await session.RespondAsync(405);
        return true;
    }

    public override ValueTask<Option<HttpPeer>> UpstreamPeer(Session session, Unit context) => new(Option<HttpPeer>.Some(session.Request.Head.Kind == MethodKind.Connect ? _target : Peer));

    public override ValueTask UpstreamRequestFilter(Session session, RequestHeader upstreamRequest, Unit context)
    {
        _last = (++_next).ToString(CultureInfo.InvariantCulture);
        upstreamRequest.Set("X-Fuzz-Id", _last);
        Believed.Add(_last, (Ended.Count, $"{upstreamRequest.Method} {Encoding.Latin1.GetString(upstreamRequest.ForwardedTarget())}"));
        return default;
    }

    public override RetryDecision ErrorWhileProxy(Session session, HttpPeer peer, in AttemptReport report, Unit context) => Retry.Decide(RetrySettings.Default, report, default, entropy: 0);

    public override void Logging(Session session, Unit context) => Ended.Add((session.Status, session.Outcome, session.Request.Method, _last, session.RequestBodyBytes));

    public override void HookFailed(Session session, Exception bug) => Bug = bug;
}
