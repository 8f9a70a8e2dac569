using System;
using Fairlead.Primitives;
using LanguageExt;

namespace Fairlead.Configuration.Readers;

/// <summary>
/// Several readings together: what is made of them when all succeeded, else the faults of all, in order. LanguageExt has the same, but see
/// <see cref="SeqExtensions"/> for why faults are not joined its way.
/// </summary>
internal static class Together
{
    public static Validation<ConfigFault, TResult> Apply<TA, TB, TResult>(
        this (Validation<ConfigFault, TA> A, Validation<ConfigFault, TB> B) all,
        Func<TA, TB, TResult> make) =>
        FaultsOf(all.A.FailToSeq(), all.B.FailToSeq()) is { IsEmpty: false } faults ? Validation<ConfigFault, TResult>.Fail(faults)
            : from a in all.A from b in all.B select make(a, b);

    public static Validation<ConfigFault, TResult> Apply<TA, TB, TC, TResult>(
        this (Validation<ConfigFault, TA> A, Validation<ConfigFault, TB> B, Validation<ConfigFault, TC> C) all,
        Func<TA, TB, TC, TResult> make) =>
        FaultsOf(all.A.FailToSeq(), all.B.FailToSeq(), all.C.FailToSeq()) is { IsEmpty: false } faults ? Validation<ConfigFault, TResult>.Fail(faults)
            : from a in all.A from b in all.B from c in all.C select make(a, b, c);

    public static Validation<ConfigFault, TResult> Apply<TA, TB, TC, TD, TResult>(
        this (Validation<ConfigFault, TA> A, Validation<ConfigFault, TB> B, Validation<ConfigFault, TC> C, Validation<ConfigFault, TD> D) all,
        Func<TA, TB, TC, TD, TResult> make) =>
        FaultsOf(all.A.FailToSeq(), all.B.FailToSeq(), all.C.FailToSeq(), all.D.FailToSeq()) is { IsEmpty: false } faults ? Validation<ConfigFault, TResult>.Fail(faults)
            : from a in all.A from b in all.B from c in all.C from d in all.D select make(a, b, c, d);

    public static Validation<ConfigFault, TResult> Apply<TA, TB, TC, TD, TE, TResult>(
        this (Validation<ConfigFault, TA> A, Validation<ConfigFault, TB> B, Validation<ConfigFault, TC> C, Validation<ConfigFault, TD> D, Validation<ConfigFault, TE> E) all,
        Func<TA, TB, TC, TD, TE, TResult> make) =>
        FaultsOf(all.A.FailToSeq(), all.B.FailToSeq(), all.C.FailToSeq(), all.D.FailToSeq(), all.E.FailToSeq()) is { IsEmpty: false } faults ? Validation<ConfigFault, TResult>.Fail(faults)
            : from a in all.A from b in all.B from c in all.C from d in all.D from e in all.E select make(a, b, c, d, e);

    public static Validation<ConfigFault, TResult> Apply<TA, TB, TC, TD, TE, TF, TResult>(
        this (Validation<ConfigFault, TA> A, Validation<ConfigFault, TB> B, Validation<ConfigFault, TC> C, Validation<ConfigFault, TD> D, Validation<ConfigFault, TE> E, Validation<ConfigFault, TF> F) all,
        Func<TA, TB, TC, TD, TE, TF, TResult> make) =>
        FaultsOf(all.A.FailToSeq(), all.B.FailToSeq(), all.C.FailToSeq(), all.D.FailToSeq(), all.E.FailToSeq(), all.F.FailToSeq()) is { IsEmpty: false } faults ? Validation<ConfigFault, TResult>.Fail(faults)
            : from a in all.A from b in all.B from c in all.C from d in all.D from e in all.E from f in all.F select make(a, b, c, d, e, f);

    public static Validation<ConfigFault, TResult> Apply<TA, TB, TC, TD, TE, TF, TG, TResult>(
        this (Validation<ConfigFault, TA> A, Validation<ConfigFault, TB> B, Validation<ConfigFault, TC> C, Validation<ConfigFault, TD> D, Validation<ConfigFault, TE> E, Validation<ConfigFault, TF> F, Validation<ConfigFault, TG> G) all,
        Func<TA, TB, TC, TD, TE, TF, TG, TResult> make) =>
        FaultsOf(all.A.FailToSeq(), all.B.FailToSeq(), all.C.FailToSeq(), all.D.FailToSeq(), all.E.FailToSeq(), all.F.FailToSeq(), all.G.FailToSeq()) is { IsEmpty: false } faults ? Validation<ConfigFault, TResult>.Fail(faults)
            : from a in all.A from b in all.B from c in all.C from d in all.D from e in all.E from f in all.F from g in all.G select make(a, b, c, d, e, f, g);

    public static Validation<ConfigFault, TResult> Apply<TA, TB, TC, TD, TE, TF, TG, TH, TResult>(
        this (Validation<ConfigFault, TA> A, Validation<ConfigFault, TB> B, Validation<ConfigFault, TC> C, Validation<ConfigFault, TD> D, Validation<ConfigFault, TE> E, Validation<ConfigFault, TF> F, Validation<ConfigFault, TG> G, Validation<ConfigFault, TH> H) all,
        Func<TA, TB, TC, TD, TE, TF, TG, TH, TResult> make) =>
        FaultsOf(all.A.FailToSeq(), all.B.FailToSeq(), all.C.FailToSeq(), all.D.FailToSeq(), all.E.FailToSeq(), all.F.FailToSeq(), all.G.FailToSeq(), all.H.FailToSeq()) is { IsEmpty: false } faults ? Validation<ConfigFault, TResult>.Fail(faults)
            : from a in all.A from b in all.B from c in all.C from d in all.D from e in all.E from f in all.F from g in all.G from h in all.H select make(a, b, c, d, e, f, g, h);

    public static Validation<ConfigFault, TResult> Apply<TA, TB, TC, TD, TE, TF, TG, TH, TI, TResult>(
        this (Validation<ConfigFault, TA> A, Validation<ConfigFault, TB> B, Validation<ConfigFault, TC> C, Validation<ConfigFault, TD> D, Validation<ConfigFault, TE> E, Validation<ConfigFault, TF> F, Validation<ConfigFault, TG> G, Validation<ConfigFault, TH> H, Validation<ConfigFault, TI> I) all,
        Func<TA, TB, TC, TD, TE, TF, TG, TH, TI, TResult> make) =>
        FaultsOf(all.A.FailToSeq(), all.B.FailToSeq(), all.C.FailToSeq(), all.D.FailToSeq(), all.E.FailToSeq(), all.F.FailToSeq(), all.G.FailToSeq(), all.H.FailToSeq(), all.I.FailToSeq()) is { IsEmpty: false } faults ? Validation<ConfigFault, TResult>.Fail(faults)
            : from a in all.A from b in all.B from c in all.C from d in all.D from e in all.E from f in all.F from g in all.G from h in all.H from i in all.I select make(a, b, c, d, e, f, g, h, i);

    private static Seq<ConfigFault> FaultsOf(params ReadOnlySpan<Seq<ConfigFault>> readings)
    {
        var all = Seq<ConfigFault>.Empty;
        foreach (var faults in readings)
            all = all.Then(faults);
        return all;
    }
}
